package dev.palimpsest.scoring;

import dev.palimpsest.background.Turns;
import dev.palimpsest.decomposition.Kept;
import dev.palimpsest.decomposition.Truncation;
import dev.palimpsest.metrics.Evaluations;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Hands a scoring to one process at a time. */
@Component
class ScoringTurns extends Turns<Scoring, ScoringTurns.Attempt> {
    private final Results results;
    private final Evaluations evaluations;
    private final StepScorings steps;
    private final Clock clock;

    ScoringTurns(
            Scorings scorings,
            Results results,
            Evaluations evaluations,
            StepScorings steps,
            Clock clock) {
        super(scorings, clock);
        this.results = results;
        this.evaluations = evaluations;
        this.steps = steps;
        this.clock = clock;
    }

    /** One execution of a scoring. */
    record Attempt(
            String id,
            int number,
            String baseModel,
            @Nullable String checkpoint,
            @Nullable Truncation truncation,
            ScoringPrecision precision,
            List<AskedTask> tasks)
            implements Turns.Attempt {}

    @Override
    protected Attempt attempt(Scoring scoring, int number) {
        return new Attempt(
                scoring.id(),
                number,
                scoring.baseModel(),
                scoring.checkpoint().orElse(null),
                scoring.truncation().orElse(null),
                scoring.precision(),
                scoring.tasks());
    }

    /** Keeps a score and places it; answers whether the attempt may go on. */
    @Transactional
    public boolean file(Attempt attempt, int place, Evaluations.Scored scored) {
        return move(
                attempt,
                scoring -> {
                    evaluations.keep(scored);
                    placed(scoring, place, scored.fingerprint());
                });
    }

    /** Places a score that is kept already; answers whether there was one. */
    @Transactional
    public boolean known(Attempt attempt, int place, String fingerprint) {
        if (evaluations.idOf(fingerprint).isEmpty()) return false;
        return move(attempt, scoring -> placed(scoring, place, fingerprint));
    }

    /** Keeps what truncation left. */
    @Transactional
    public boolean file(Attempt attempt, Kept kept) {
        return move(attempt, scoring -> scoring.cutDown(kept));
    }

    @Transactional
    public boolean succeeded(Attempt attempt) {
        return move(
                attempt,
                scoring -> {
                    scoring.succeeded(clock.instant());
                    steps.complete(scoring);
                });
    }

    private void placed(Scoring scoring, int place, String fingerprint) {
        evaluations
                .idOf(fingerprint)
                .ifPresent(evaluation -> results.place(scoring.id(), place, evaluation));
        steps.place(scoring, place, fingerprint);
    }
}
