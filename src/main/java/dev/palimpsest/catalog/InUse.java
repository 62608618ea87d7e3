package dev.palimpsest.catalog;

import java.util.Optional;

/** Implemented by modules whose things need the catalog's, so that those are not deleted. */
public interface InUse {
    /** What uses the model, in words such as "job job_06c", or nothing. */
    default Optional<String> userOfModel(String name) {
        return Optional.empty();
    }

    /** What uses the dataset, in words, or nothing. */
    default Optional<String> userOfDataset(String name) {
        return Optional.empty();
    }

    /** What uses the task, in words, or nothing. */
    default Optional<String> userOfTask(String name) {
        return Optional.empty();
    }
}
