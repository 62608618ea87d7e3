package dev.palimpsest.catalog;

import java.util.Optional;

/** Implemented by modules whose things need the catalog's, so that those are not deleted. */
public interface InUse {
    /** What uses the model, in words such as "job job_06c", or nothing. */
    Optional<String> userOfModel(String name);

    /** What uses the dataset, in words, or nothing. */
    Optional<String> userOfDataset(String name);

    /** What uses the task, in words, or nothing. */
    Optional<String> userOfTask(String name);
}
