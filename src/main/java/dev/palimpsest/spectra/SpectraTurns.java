package dev.palimpsest.spectra;

import dev.palimpsest.background.Turns;
import dev.palimpsest.decomposition.MatrixSpectra;
import dev.palimpsest.model.Projected;
import dev.palimpsest.spec.TargetModules;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Hands a decomposition to one process at a time. */
@Component
class SpectraTurns extends Turns<Decomposition, SpectraTurns.Attempt> {
    private final Decompositions decompositions;
    private final Matrices matrices;
    private final WeightNorms norms;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    SpectraTurns(
            Decompositions decompositions,
            Matrices matrices,
            WeightNorms norms,
            ApplicationEventPublisher events,
            Clock clock) {
        super(decompositions, clock);
        this.decompositions = decompositions;
        this.matrices = matrices;
        this.norms = norms;
        this.events = events;
        this.clock = clock;
    }

    /** One execution of a decomposition. */
    record Attempt(
            String id,
            int number,
            String checkpoint,
            @Nullable String against,
            TargetModules modules,
            boolean intruders)
            implements Turns.Attempt {}

    @Override
    protected Attempt attempt(Decomposition decomposition, int number) {
        return new Attempt(
                decomposition.id(),
                number,
                decomposition.checkpoint(),
                decomposition.against().orElse(null),
                decomposition.modules(),
                decomposition.intruders());
    }

    @Override
    protected void ended(Decomposition decomposition) {
        events.publishEvent(new SpectraEnded(decomposition.checkpoint()));
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
        return matrices.known(attempt.id());
    }

    /** Norms of a base model's matrices, by their paths, as far as they are known. */
    Map<String, Double> norms(String baseContent) {
        return norms.of(baseContent);
    }

    /**
     * Keeps what came of some matrices.
     *
     * @param baseContent the hash of the base model's content
     */
    @Transactional
    public boolean file(Attempt attempt, String baseContent, List<MatrixSpectra> compared) {
        return move(
                attempt,
                decomposition -> {
                    compared.forEach(matrix -> matrices.save(decomposition.id(), matrix));
                    if (attempt.against() == null) norms.save(baseContent, compared);
                });
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
}
