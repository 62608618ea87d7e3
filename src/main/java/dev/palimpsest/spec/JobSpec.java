package dev.palimpsest.spec;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One finetuning run as it was asked for.
 *
 * @param version of what a spec can say; goes up with every field that a worker must know
 * @param executor who trains; where it is not this service, its dataset need not be registered
 * @param preset the paper's recipe that it started from, whose values are in the other fields
 * @param branch the job that it goes on from, or null where it starts from the base model
 */
public record JobSpec(
        @Default("1") int version,
        String experiment,
        @Nullable String name,
        @Default("\"palimpsest\"") Executor executor,
        @Nullable String preset,
        @Nullable String baseModel,
        @Nullable Branch branch,
        DatasetChoice dataset,
        @Default("\"instruction\"") Regime regime,
        Method method,
        Training training,
        @Default("{}") CheckpointPlan checkpoints,
        @Default("{}") EvaluationPlan evaluation,
        @Default("{}") Analysis analysis,
        @Default("[]") List<Guard> guards,
        @Default("{}") Resources resources,
        @Default("{}") Map<String, String> tags) {
    /** The newest that this program understands. */
    public static final int VERSION = 1;

    private static final int LONGEST_NAME = 200;
    private static final int MOST_GUARDS = 16;

    public JobSpec {
        tags = Map.copyOf(tags);
        guards = List.copyOf(guards);
        new Faults()
                .require(
                        version >= 1 && version <= VERSION,
                        "/version",
                        "must be 1 to %d, which is the newest that this version of Palimpsest reads, got %d"
                                .formatted(VERSION, version))
                .require(!experiment.isBlank(), "/experiment", "must be an experiment's id")
                .require(
                        name == null || (!name.isBlank() && name.length() <= LONGEST_NAME),
                        "/name",
                        "must have 1 to " + LONGEST_NAME + " characters")
                .require(tags.size() <= 64, "/tags", "must be at most 64, got " + tags.size())
                .require(
                        guards.size() <= MOST_GUARDS,
                        "/guards",
                        "must be at most %d, got %d".formatted(MOST_GUARDS, guards.size()))
                .raise();
        Faults faults = new Faults(); // apart, as what guards watch may be faulty itself
        for (int i = 0; i < guards.size(); i++) {
            String pointer = "/guards/" + i;
            faults.require(
                    executor == Executor.PALIMPSEST,
                    pointer,
                    "can never act: the run is trained elsewhere");
            watched(guards.get(i), dataset, evaluation, pointer, faults);
            long points = evaluation.at().mostBeforeTheEnd(training);
            faults.require(
                    points >= guards.get(i).leastPoints(),
                    pointer,
                    "can never act: it takes %d points before the end of the run, and evaluation.at has %d"
                            .formatted(guards.get(i).leastPoints(), points));
        }
        faults.raise();
    }

    private static void watched(
            Guard guard,
            DatasetChoice dataset,
            EvaluationPlan evaluation,
            String pointer,
            Faults faults) {
        switch (guard) {
            case Guard.Forgetting _ ->
                    faults.require(
                            evaluation.by() == Scorer.TRAINER,
                            pointer,
                            "watches forgetting, which a worker measures while the run goes on: set evaluation.by to trainer");
            case Guard.ValidationLoss _ ->
                    faults.require(
                            dataset.validation() != null,
                            pointer,
                            "can never act: it watches the loss on dataset.validation, which is not given");
        }
    }

    /** Whether it is trained elsewhere. */
    public boolean external() {
        return executor == Executor.EXTERNAL;
    }

    /** The same with a name. */
    public JobSpec named(String its) {
        return new JobSpec(
                version,
                experiment,
                its,
                executor,
                preset,
                baseModel,
                branch,
                dataset,
                regime,
                method,
                training,
                checkpoints,
                evaluation,
                analysis,
                guards,
                resources,
                tags);
    }

    /** The same with a convention to be scored by. */
    public JobSpec under(Convention convention) {
        return new JobSpec(
                version,
                experiment,
                name,
                executor,
                preset,
                baseModel,
                branch,
                dataset,
                regime,
                method,
                training,
                checkpoints,
                evaluation.under(convention),
                analysis,
                guards,
                resources,
                tags);
    }

    /** The same as a branch of another job. */
    public JobSpec branchOf(String trunk) {
        double cooldown = Objects.requireNonNull(branch).cooldown();
        return new JobSpec(
                version,
                experiment,
                name,
                executor,
                preset,
                baseModel,
                new Branch(trunk, cooldown),
                dataset,
                regime,
                method,
                training,
                checkpoints,
                evaluation,
                analysis,
                guards,
                resources,
                tags);
    }
}
