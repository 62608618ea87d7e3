package dev.palimpsest.scoring;

import dev.palimpsest.decomposition.Kept;
import dev.palimpsest.decomposition.Truncation;
import dev.palimpsest.metrics.Evaluations;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Hands a scoring to one process at a time. Each call is one transaction that begins by locking the
 * row; what an attempt writes that was replaced, or whose scoring was cancelled, is not written.
 */
@Component
class ScoringTurns {
    private final Scorings scorings;
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
        this.scorings = scorings;
        this.results = results;
        this.evaluations = evaluations;
        this.steps = steps;
        this.clock = clock;
    }

    /** One execution of a scoring. */
    record Attempt(
            String scoring,
            int number,
            String baseModel,
            @Nullable String checkpoint,
            @Nullable Truncation truncation,
            ScoringPrecision precision,
            List<AskedTask> tasks) {}

    /** Nothing if the scoring has ended or was deleted. */
    @Transactional
    public Optional<Attempt> begin(String id) {
        return scorings.lock(id)
                .filter(scoring -> !scoring.status().terminal())
                .map(
                        scoring ->
                                new Attempt(
                                        id,
                                        scoring.begin(clock.instant()),
                                        scoring.baseModel(),
                                        scoring.checkpoint().orElse(null),
                                        scoring.truncation().orElse(null),
                                        scoring.precision(),
                                        scoring.tasks()));
    }

    @Transactional(readOnly = true)
    public boolean goesOn(Attempt attempt) {
        return scorings.findById(attempt.scoring())
                .filter(scoring -> scoring.admits(attempt.number()))
                .isPresent();
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

    @Transactional
    public boolean failed(Attempt attempt, String reason, String detail) {
        return move(attempt, scoring -> scoring.failed(reason, detail, clock.instant()));
    }

    @Transactional
    public boolean handBack(Attempt attempt) {
        return move(attempt, Scoring::handBack);
    }

    /** Ends a scoring that its worker could not end. */
    @Transactional
    public void givenUp(String id, String reason) {
        scorings.lock(id)
                .filter(scoring -> !scoring.status().terminal())
                .ifPresent(scoring -> scoring.failed(reason, "", clock.instant()));
    }

    private void placed(Scoring scoring, int place, String fingerprint) {
        evaluations
                .idOf(fingerprint)
                .ifPresent(evaluation -> results.place(scoring.id(), place, evaluation));
        steps.place(scoring, place, fingerprint);
    }

    private boolean move(Attempt attempt, Consumer<Scoring> move) {
        Optional<Scoring> scoring =
                scorings.lock(attempt.scoring()).filter(found -> found.admits(attempt.number()));
        scoring.ifPresent(move);
        return scoring.isPresent();
    }
}
