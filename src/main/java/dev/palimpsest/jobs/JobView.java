package dev.palimpsest.jobs;

import dev.palimpsest.spec.Guard;
import dev.palimpsest.spec.JobSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is answered.
 *
 * @param waitsFor the trunk of a branch that cannot begin before that has succeeded
 * @param waitsUntil what has to happen before it can begin: to the trunk, in the pool of workers,
 *     or in its project
 */
public record JobView(
        String id,
        String experiment,
        @Nullable String name,
        @Nullable String origin,
        @Nullable String sweep,
        @Nullable Integer cell,
        Status status,
        @Nullable String waitsFor,
        @Nullable String waitsUntil,
        String baseModel,
        JobSpec spec,
        List<AttemptView> attempts,
        Progress progress,
        boolean cancelRequested,
        boolean pauseRequested,
        @Nullable EpochData data,
        @Nullable Long trainableParameters,
        @Nullable Long peakBytes,
        boolean diverged,
        @Nullable GuardView guard,
        List<String> warnings,
        Map<String, String> tags,
        @Nullable Failure error,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {

    /** One execution of it. */
    public record AttemptView(
            int number,
            String worker,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String outcome,
            @Nullable String reason) {}

    /** How far it has come. */
    public record Progress(long step, @Nullable Long totalSteps, long tokens) {}

    /** Why it failed in one sentence, and the trainer's last lines. */
    public record Failure(String title, String detail) {}

    /**
     * What a guard did last, and the numbers that made it.
     *
     * @param resultStep the step of the run's result; null where it was paused or has none
     */
    public record GuardView(
            String type,
            Guard.Action action,
            long step,
            List<Guarded.Value> values,
            String words,
            @Nullable Long resultStep,
            @Nullable String result) {
        static GuardView of(Guarded act) {
            return new GuardView(
                    act.guard().word(),
                    act.guard().action(),
                    act.step(),
                    act.values(),
                    act.words(),
                    act.resultStep(),
                    act.result());
        }
    }

    public static JobView of(Job job) {
        return of(job, Optional.empty());
    }

    /** With what has to happen in the pool or the project before it can begin, if it is queued. */
    static JobView of(Job job, Optional<String> until) {
        return new JobView(
                job.id(),
                job.experiment(),
                job.name().orElse(null),
                job.origin().orElse(null),
                job.sweep().orElse(null),
                job.cell().orElse(null),
                job.status(),
                job.waitsFor().map(Job::id).orElse(null),
                until(job, until),
                job.baseModel(),
                job.spec(),
                attempts(job.attempts()),
                new Progress(job.step(), job.totalSteps().orElse(null), job.tokens()),
                job.cancelRequested(),
                job.pauseRequested(),
                job.data().orElse(null),
                job.trainableParameters().orElse(null),
                job.peakBytes().orElse(null),
                job.diverged(),
                job.guarded().map(GuardView::of).orElse(null),
                job.warnings(),
                job.tags(),
                job.errorTitle()
                        .map(title -> new Failure(title, job.errorDetail().orElse("")))
                        .orElse(null),
                job.createdAt(),
                job.startedAt().orElse(null),
                job.endedAt().orElse(null));
    }

    private static @Nullable String until(Job job, Optional<String> until) {
        if (job.waitsFor().isPresent()) return until(job.waitsFor().get());
        return job.status() == Status.QUEUED ? until.orElse(null) : null;
    }

    private static String until(Job trunk) {
        return switch (trunk.status()) {
            case QUEUED, RUNNING, SUCCEEDED ->
                    "its trunk has succeeded; that is " + trunk.status().word();
            case PAUSED -> "its trunk is resumed and has succeeded; that is paused";
            case FAILED, CANCELLED ->
                    "its trunk is retried and has succeeded; that is " + trunk.status().word();
        };
    }

    private static List<AttemptView> attempts(SortedMap<Integer, Attempt> attempts) {
        return attempts.entrySet().stream()
                .map(
                        entry ->
                                new AttemptView(
                                        entry.getKey(),
                                        entry.getValue().worker(),
                                        entry.getValue().startedAt(),
                                        entry.getValue().endedAt(),
                                        entry.getValue().outcome(),
                                        entry.getValue().reason()))
                .toList();
    }
}
