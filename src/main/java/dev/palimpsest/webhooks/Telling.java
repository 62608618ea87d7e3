package dev.palimpsest.webhooks;

import dev.palimpsest.jobs.GuardActed;
import dev.palimpsest.jobs.Guarded;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.JobEnded;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.openai.JobId;
import dev.palimpsest.spec.Guard;
import dev.palimpsest.studies.StudyEnded;
import dev.palimpsest.sweeps.StatusCounts;
import dev.palimpsest.sweeps.SweepEnded;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Puts into the outbox what happens in other modules, in the words of the API. */
@Component
class Telling {
    private final Outbox outbox;
    private final Jobs jobs;
    private final StatusCounts counts;

    Telling(Outbox outbox, Jobs jobs, StatusCounts counts) {
        this.outbox = outbox;
        this.jobs = jobs;
        this.counts = counts;
    }

    /** How a job ended; {@code error} is why it failed, in one sentence. */
    record EndedJob(
            String id,
            String experiment,
            @Nullable String name,
            @Nullable String sweep,
            Status status,
            @Nullable String error,
            @Nullable Instant endedAt) {
        static EndedJob of(Job job) {
            return new EndedJob(
                    job.id(),
                    job.experiment(),
                    job.name().orElse(null),
                    job.sweep().orElse(null),
                    job.status(),
                    job.errorTitle().orElse(null),
                    job.endedAt().orElse(null));
        }
    }

    /** All that the hosted service says: whoever wants more asks for the job. */
    record FineTuningJob(String id) {}

    @EventListener
    void ended(JobEnded ended) {
        Job job = jobs.named(ended.job());
        String status = job.status().word();
        String cause = ended.job() + " " + ended.round();
        outbox.tell(EventTypes.JOB + status, job.experiment(), cause, EndedJob.of(job));
        outbox.tell(
                EventTypes.FINE_TUNING_JOB + status,
                job.experiment(),
                cause,
                new FineTuningJob(JobId.openAi(job.id())));
    }

    /** What a guard did to a job, and the checkpoint that is the run's result if it ended. */
    record GuardedJob(
            String id,
            String experiment,
            @Nullable String name,
            String guard,
            Guard.Action action,
            long step,
            List<Guarded.Value> values,
            String words,
            @Nullable String result) {}

    @EventListener
    void acted(GuardActed acted) {
        Job job = jobs.named(acted.job());
        Guarded act = acted.act();
        outbox.tell(
                EventTypes.GUARDED,
                job.experiment(),
                "%s %d %s %d".formatted(job.id(), job.round(), act.guard().word(), act.step()),
                new GuardedJob(
                        job.id(),
                        job.experiment(),
                        job.name().orElse(null),
                        act.guard().word(),
                        act.guard().action(),
                        act.step(),
                        act.values(),
                        act.words(),
                        act.result()));
    }

    /** How many jobs of a sweep ended how. */
    record EndedSweep(String id, String experiment, Map<String, Long> statuses) {}

    @EventListener
    void ended(SweepEnded ended) {
        outbox.tell(
                EventTypes.SWEEP_ENDED,
                ended.experiment(),
                ended.sweep() + " " + ended.rounds(),
                new EndedSweep(
                        ended.sweep(),
                        ended.experiment(),
                        counts.of(List.of(ended.sweep())).getOrDefault(ended.sweep(), Map.of())));
    }

    /** How a study ended; {@code reason} is why it failed. */
    record EndedStudy(
            String id,
            String experiment,
            String status,
            @Nullable String reason,
            Instant endedAt) {}

    @EventListener
    void ended(StudyEnded ended) {
        outbox.tell(
                EventTypes.STUDY_ENDED,
                ended.experiment(),
                ended.study() + " " + ended.at(),
                new EndedStudy(
                        ended.study(),
                        ended.experiment(),
                        ended.status(),
                        ended.reason().orElse(null),
                        ended.at()));
    }
}
