package dev.palimpsest.spectra;

import dev.palimpsest.decomposition.MatrixSpectra;
import dev.palimpsest.model.Projected;
import dev.palimpsest.spec.TargetModules;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Hands a decomposition to one process at a time. Each call is one transaction that begins by
 * locking the row; what an attempt writes that was replaced, or whose decomposition is gone, is not
 * written.
 */
@Component
class SpectraTurns {
    private final Decompositions decompositions;
    private final Matrices matrices;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    SpectraTurns(
            Decompositions decompositions,
            Matrices matrices,
            ApplicationEventPublisher events,
            Clock clock) {
        this.decompositions = decompositions;
        this.matrices = matrices;
        this.events = events;
        this.clock = clock;
    }

    /** One execution of a decomposition. */
    record Attempt(
            String decomposition,
            int number,
            String checkpoint,
            @Nullable String against,
            TargetModules modules,
            boolean intruders) {}

    /** Nothing if the decomposition has ended or is gone. */
    @Transactional
    public Optional<Attempt> begin(String id) {
        return decompositions
                .lock(id)
                .filter(decomposition -> !decomposition.status().terminal())
                .map(
                        decomposition ->
                                new Attempt(
                                        id,
                                        decomposition.begin(clock.instant()),
                                        decomposition.checkpoint(),
                                        decomposition.against().orElse(null),
                                        decomposition.modules(),
                                        decomposition.intruders()));
    }

    /**
     * Says what is compared, and answers which matrices are known of it: those of the attempt
     * before if it compared the same, or all of an equal decomposition.
     */
    @Transactional
    public List<Projected> known(Attempt attempt, String fingerprint) {
        move(
                attempt,
                decomposition -> {
                    if (!fingerprint.equals(decomposition.fingerprint().orElse(fingerprint)))
                        matrices.deleteOf(decomposition.id());
                    decomposition.identified(fingerprint);
                    decompositions
                            .equal(fingerprint, attempt.intruders(), decomposition.id())
                            .ifPresent(equal -> matrices.copy(equal, decomposition.id()));
                });
        return matrices.known(attempt.decomposition());
    }

    @Transactional(readOnly = true)
    public boolean goesOn(Attempt attempt) {
        return decompositions
                .findById(attempt.decomposition())
                .filter(decomposition -> decomposition.admits(attempt.number()))
                .isPresent();
    }

    @Transactional
    public boolean file(Attempt attempt, List<MatrixSpectra> compared) {
        return move(
                attempt,
                decomposition ->
                        compared.forEach(matrix -> matrices.save(decomposition.id(), matrix)));
    }

    @Transactional
    public boolean succeeded(Attempt attempt) {
        return move(
                attempt,
                decomposition -> {
                    List<MatrixMeasures> its = matrices.measures(decomposition.id());
                    decomposition.succeeded(Summary.of(its), HeatMap.of(its), clock.instant());
                    ended(decomposition);
                });
    }

    @Transactional
    public boolean failed(Attempt attempt, String reason, String detail) {
        return move(
                attempt,
                decomposition -> {
                    decomposition.failed(reason, detail, clock.instant());
                    ended(decomposition);
                });
    }

    @Transactional
    public boolean handBack(Attempt attempt) {
        return move(attempt, Decomposition::handBack);
    }

    /** Ends a decomposition that its worker could not end. */
    @Transactional
    public void givenUp(String id, String reason) {
        decompositions
                .lock(id)
                .filter(decomposition -> !decomposition.status().terminal())
                .ifPresent(
                        decomposition -> {
                            decomposition.failed(reason, "", clock.instant());
                            ended(decomposition);
                        });
    }

    private void ended(Decomposition decomposition) {
        events.publishEvent(new SpectraEnded(decomposition.checkpoint()));
    }

    private boolean move(Attempt attempt, Consumer<Decomposition> move) {
        Optional<Decomposition> decomposition =
                decompositions
                        .lock(attempt.decomposition())
                        .filter(found -> found.admits(attempt.number()));
        decomposition.ifPresent(move);
        return decomposition.isPresent();
    }
}
