package dev.palimpsest.spectra;

import dev.palimpsest.background.Waiting;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.web.Ids;
import dev.palimpsest.web.NotFound;
import java.time.Clock;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes in and deletes decompositions, each in one transaction. */
@Component
class SpectraDesk {
    private final Decompositions decompositions;
    private final Checkpoints checkpoints;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final Ids ids;
    private final Clock clock;

    SpectraDesk(
            Decompositions decompositions,
            Checkpoints checkpoints,
            TransactionTemplate transaction,
            ApplicationEventPublisher events,
            Ids ids,
            Clock clock) {
        this.decompositions = decompositions;
        this.checkpoints = checkpoints;
        this.transaction = transaction;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
    }

    /** A decomposition that answers what is asked, and whether it was asked only now. */
    record Answer(Decomposition decomposition, boolean isNew) {}

    /** One that failed, or that says less than is asked now, is replaced. */
    Answer ask(String checkpoint, SpectraRequest request) {
        checkpoints.find(checkpoint).orElseThrow(() -> noCheckpoint(checkpoint)).requirePresent();
        return transaction.execute(
                _ -> {
                    Optional<Decomposition> stands = decompositions.lockOf(checkpoint);
                    if (stands.isPresent()) {
                        if (stands.get().answers(request.intruders()))
                            return new Answer(stands.get(), false);
                        decompositions.delete(stands.get());
                        decompositions.flush();
                    }
                    return new Answer(asked(checkpoint, request), true);
                });
    }

    /** Whoever is at it finds out within a second. */
    void delete(String checkpoint) {
        transaction.executeWithoutResult(
                _ ->
                        decompositions.delete(
                                decompositions
                                        .lockOf(checkpoint)
                                        .orElseThrow(() -> missing(checkpoint))));
    }

    static NotFound missing(String checkpoint) {
        return new NotFound(
                "there are no spectra of checkpoint %s; POST /api/v1/checkpoints/%s/spectra asks for them"
                        .formatted(checkpoint, checkpoint));
    }

    static NotFound noCheckpoint(String id) {
        return new NotFound(
                "there is no checkpoint %s; GET /api/v1/jobs/{id}/checkpoints lists a job's"
                        .formatted(id));
    }

    private Decomposition asked(String checkpoint, SpectraRequest request) {
        Decomposition decomposition =
                decompositions.saveAndFlush(
                        Decomposition.asked(
                                ids.next("spectra"),
                                checkpoint,
                                request.intruders(),
                                clock.instant()));
        events.publishEvent(new Waiting(Decompose.NAME, decomposition.id()));
        return decomposition;
    }
}
