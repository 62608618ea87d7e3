package dev.palimpsest.jobs;

import dev.palimpsest.spec.Faults;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may change about an experiment; what is left out stays. */
record ExperimentEdit(
        @Nullable String name, @Nullable String description, @Nullable Map<String, String> tags) {
    ExperimentEdit {
        new Faults()
                .require(
                        name == null
                                || (!name.isBlank()
                                        && name.length() <= ExperimentRequest.LONGEST_NAME),
                        "/name",
                        "must have 1 to " + ExperimentRequest.LONGEST_NAME + " characters")
                .require(tags == null || tags.size() <= 64, "/tags", "must be at most 64")
                .raise();
    }
}
