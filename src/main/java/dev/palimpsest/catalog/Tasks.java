package dev.palimpsest.catalog;

import dev.palimpsest.evaluation.BuiltInTask;
import dev.palimpsest.evaluation.BuiltInTasks;
import dev.palimpsest.home.Home;
import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** All tasks, their items written to the home folder when first needed. */
@Component
public class Tasks {
    private final Home home;
    private final Map<String, RegisteredTask> registered = new ConcurrentHashMap<>();

    Tasks(Home home) {
        this.home = home;
    }

    public Optional<RegisteredTask> named(String name) {
        return BuiltInTasks.named(name)
                .map(task -> registered.computeIfAbsent(name, _ -> register(task)));
    }

    /** By name. */
    public List<RegisteredTask> all() {
        return BuiltInTasks.all().stream()
                .sorted(Comparator.comparing(BuiltInTask::name))
                .flatMap(task -> named(task.name()).stream())
                .toList();
    }

    private RegisteredTask register(BuiltInTask task) {
        try {
            Path items = home.tasks().resolve(task.name() + ".jsonl");
            if (!Files.exists(items)) {
                Path partial = Files.createTempFile(home.tasks(), ".partial-", null);
                task.write(partial);
                Files.move(partial, items, StandardCopyOption.ATOMIC_MOVE);
            }
            try (Stream<String> lines = Files.lines(items)) {
                return new RegisteredTask(task.task(), items, Sha256.of(items), lines.count());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
