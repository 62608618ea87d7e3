package dev.palimpsest.evaluation;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** A task that every installation has, and how its items are written out. */
public record BuiltInTask(Task task, Supplier<List<? extends Record>> items) {
    public String name() {
        return task.name();
    }

    /** Writes its items, one line of JSON each. */
    public void write(Path file) throws IOException {
        try (var lines = Files.newBufferedWriter(file)) {
            for (Record item : items.get())
                lines.append(Binder.JSON.writeValueAsString(item)).append('\n');
        }
    }
}
