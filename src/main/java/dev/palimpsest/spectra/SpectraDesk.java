package dev.palimpsest.spectra;

import dev.palimpsest.background.Waiting;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.web.Ids;
import dev.palimpsest.web.NotFound;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes in and deletes decompositions, each in one transaction. */
@Component
public class SpectraDesk {
    private final Decompositions decompositions;
    private final Checkpoints checkpoints;
    private final Jobs jobs;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final Ids ids;
    private final Clock clock;

    SpectraDesk(
            Decompositions decompositions,
            Checkpoints checkpoints,
            Jobs jobs,
            TransactionTemplate transaction,
            ApplicationEventPublisher events,
            Ids ids,
            Clock clock) {
        this.decompositions = decompositions;
        this.checkpoints = checkpoints;
        this.jobs = jobs;
        this.transaction = transaction;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
    }

    /** As a request that says nothing more asks for it. */
    public void ask(String checkpoint) {
        ask(checkpoint, SpectraRequest.usual());
    }

    /** How far some checkpoints' spectra are; those that were not asked for do not count. */
    public SpectraProgress progress(List<String> checkpointIds) {
        int waiting = 0;
        int succeeded = 0;
        int failed = 0;
        for (Decomposition one : decompositions.findByCheckpointInAndAgainstIsNull(checkpointIds)) {
            switch (one.status()) {
                case QUEUED, RUNNING -> waiting++;
                case SUCCEEDED -> succeeded++;
                case FAILED, CANCELLED -> failed++;
            }
        }
        return new SpectraProgress(waiting, succeeded, failed);
    }

    /** A decomposition that answers what is asked, and whether it was asked only now. */
    record Answer(Decomposition decomposition, boolean isNew) {}

    /** One that failed, or that says less than is asked now, is replaced. */
    Answer ask(String checkpoint, SpectraRequest request) {
        Checkpoint asked =
                checkpoints
                        .find(checkpoint)
                        .orElseThrow(() -> noCheckpoint(checkpoint))
                        .requirePresent();
        if (request.against() != null) check(asked, request.against());
        return transaction.execute(
                _ -> {
                    Optional<Decomposition> stands =
                            decompositions.lockOf(checkpoint, request.against());
                    if (stands.isPresent()) {
                        if (stands.get().answers(request)) return new Answer(stands.get(), false);
                        decompositions.delete(stands.get());
                        decompositions.flush();
                    }
                    return new Answer(asked(checkpoint, request), true);
                });
    }

    /** Whoever is at it finds out within a second. */
    void delete(String checkpoint, @Nullable String against) {
        transaction.executeWithoutResult(
                _ -> {
                    decompositions.delete(
                            decompositions
                                    .lockOf(checkpoint, against)
                                    .orElseThrow(() -> missing(checkpoint, against)));
                    events.publishEvent(new SpectraEnded(checkpoint));
                });
    }

    static NotFound missing(String checkpoint, @Nullable String against) {
        return new NotFound(
                "there are no spectra of checkpoint %s against %s; POST /api/v1/checkpoints/%s/spectra asks for them"
                        .formatted(
                                checkpoint,
                                against == null ? "its base model" : "checkpoint " + against,
                                checkpoint));
    }

    static NotFound noCheckpoint(String id) {
        return new NotFound(
                "there is no checkpoint %s; GET /api/v1/jobs/{id}/checkpoints lists a job's"
                        .formatted(id));
    }

    private void check(Checkpoint checkpoint, String against) {
        String base = baseOf(checkpoint);
        Optional<Checkpoint> other = checkpoints.find(against);
        new Faults()
                .require(
                        !against.equals(checkpoint.id()),
                        "/against",
                        "must be another checkpoint; left out it is the base model")
                .require(
                        other.isPresent(),
                        "/against",
                        "there is no checkpoint '%s'; GET /api/v1/jobs/{id}/checkpoints lists a job's"
                                .formatted(against))
                .require(
                        other.isEmpty() || baseOf(other.get()).equals(base),
                        "/against",
                        "must be of the same base model, '%s'".formatted(base))
                .raise();
        other.ifPresent(Checkpoint::requirePresent);
    }

    private String baseOf(Checkpoint checkpoint) {
        return jobs.findById(checkpoint.job())
                .map(Job::baseModel)
                .orElseThrow(() -> noCheckpoint(checkpoint.id()));
    }

    private Decomposition asked(String checkpoint, SpectraRequest request) {
        Decomposition decomposition =
                decompositions.saveAndFlush(
                        Decomposition.asked(
                                ids.next("spectra"), checkpoint, request, clock.instant()));
        events.publishEvent(new Waiting(Decompose.NAME, decomposition.id()));
        return decomposition;
    }
}
