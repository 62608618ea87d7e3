package dev.palimpsest.catalog;

import dev.palimpsest.evaluation.Task;
import java.nio.file.Path;

/**
 * A task and the file of its items, whose SHA-256 tells results on equal items from others.
 *
 * @param count how many items there are
 */
public record RegisteredTask(Task task, Path items, String dataHash, long count) {
    public String name() {
        return task.name();
    }
}
