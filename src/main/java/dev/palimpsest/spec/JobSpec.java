package dev.palimpsest.spec;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One finetuning run as it was asked for.
 *
 * @param executor who trains; where it is not this service, its dataset need not be registered
 * @param preset the paper's recipe that it started from, whose values are in the other fields
 */
public record JobSpec(
        String experiment,
        @Nullable String name,
        @Default("\"palimpsest\"") Executor executor,
        @Nullable String preset,
        @Nullable String baseModel,
        DatasetChoice dataset,
        @Default("\"instruction\"") Regime regime,
        Method method,
        Training training,
        @Default("{}") CheckpointPlan checkpoints,
        @Default("{}") EvaluationPlan evaluation,
        @Default("{}") Analysis analysis,
        @Default("{}") Map<String, String> tags) {
    private static final int LONGEST_NAME = 200;

    public JobSpec {
        tags = Map.copyOf(tags);
        new Faults()
                .require(!experiment.isBlank(), "/experiment", "must be an experiment's id")
                .require(
                        name == null || (!name.isBlank() && name.length() <= LONGEST_NAME),
                        "/name",
                        "must have 1 to " + LONGEST_NAME + " characters")
                .require(tags.size() <= 64, "/tags", "must be at most 64, got " + tags.size())
                .raise();
    }

    /** Whether it is trained elsewhere. */
    public boolean external() {
        return executor == Executor.EXTERNAL;
    }

    /** The same with a name. */
    public JobSpec named(String its) {
        return new JobSpec(
                experiment,
                its,
                executor,
                preset,
                baseModel,
                dataset,
                regime,
                method,
                training,
                checkpoints,
                evaluation,
                analysis,
                tags);
    }

    /** The same with a convention to be scored by. */
    public JobSpec under(Convention convention) {
        return new JobSpec(
                experiment,
                name,
                executor,
                preset,
                baseModel,
                dataset,
                regime,
                method,
                training,
                checkpoints,
                evaluation.under(convention),
                analysis,
                tags);
    }
}
