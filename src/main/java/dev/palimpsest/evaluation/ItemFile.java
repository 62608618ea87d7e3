package dev.palimpsest.evaluation;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.InvalidSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The items of a task, one JSON object a line, in the order in which they are asked.
 *
 * @param limit how many to ask, or null for all: drawn alike each time, a larger draw with all of a
 *     smaller one
 */
public record ItemFile(Path path, @Nullable Integer limit) {
    private static final int SEED = 1234;

    /** Which of the file's items are asked, counted from 0. */
    int[] asked() {
        int all = lines().size();
        int[] drawn = new PythonRandom(SEED).sample(all, all);
        int[] asked = Arrays.copyOf(drawn, limit == null ? all : Math.min(limit, all));
        Arrays.sort(asked);
        return asked;
    }

    <T> List<T> read(Class<T> type) {
        List<String> lines = lines();
        return Arrays.stream(asked())
                .mapToObj(number -> item(lines.get(number), number + 1, type))
                .toList();
    }

    private List<String> lines() {
        try {
            List<String> lines = Files.readAllLines(path);
            if (lines.isEmpty()) throw new InvalidData(path + " has no items");
            return lines;
        } catch (IOException broken) {
            throw new UncheckedIOException("The items " + path + " cannot be read", broken);
        }
    }

    private <T> T item(String line, int number, Class<T> type) {
        try {
            return Binder.bind(line, type);
        } catch (JacksonException | InvalidSpec wrong) {
            throw new InvalidData(
                    "Line %d of %s is no item: %s".formatted(number, path, wrong.getMessage()),
                    wrong);
        }
    }
}
