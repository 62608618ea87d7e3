package dev.palimpsest.evaluation;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.InvalidSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The items of a task, one JSON object a line, in the order in which they are asked.
 *
 * @param limit how many of the first to ask, or null for all
 */
public record ItemFile(Path path, @Nullable Integer limit) {
    <T> List<T> read(Class<T> type) {
        List<T> items = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(path)) {
            for (String line = lines.readLine();
                    line != null && (limit == null || items.size() < limit);
                    line = lines.readLine()) items.add(item(line, items.size() + 1, type));
        } catch (IOException broken) {
            throw new UncheckedIOException("The items " + path + " cannot be read", broken);
        }
        if (items.isEmpty()) throw new InvalidData(path + " has no items");
        return items;
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
