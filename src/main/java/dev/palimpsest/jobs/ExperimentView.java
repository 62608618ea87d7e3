package dev.palimpsest.jobs;

import dev.palimpsest.spec.Convention;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An experiment as it is answered. */
record ExperimentView(
        String id,
        String name,
        @Nullable String description,
        String baseModel,
        List<String> learningTasks,
        List<String> forgettingTasks,
        Convention convention,
        Map<String, String> tags,
        @Nullable String origin,
        Instant createdAt,
        Instant updatedAt) {
    static ExperimentView of(Experiment experiment) {
        return new ExperimentView(
                experiment.id(),
                experiment.name(),
                experiment.description().orElse(null),
                experiment.baseModel(),
                experiment.learningTasks(),
                experiment.forgettingTasks(),
                experiment.convention(),
                experiment.tags(),
                experiment.origin().orElse(null),
                experiment.createdAt(),
                experiment.updatedAt());
    }
}
