package dev.palimpsest.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.Score.Side;
import dev.palimpsest.evaluation.ScoreKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TradeoffTests {
    private static final Score BASE = score(0.1, 0.6);

    @Test
    void forgettingIsTheBaseModelsSourceScoreLessTheCheckpoints() {
        Tradeoff tradeoff =
                Tradeoff.of(Optional.of(BASE), List.of(scored("ckpt_1", score(0.4, 0.5))));

        assertThat(tradeoff.base().learning()).isEqualTo(0.1);
        assertThat(tradeoff.points().getFirst().forgetting())
                .isEqualTo(0.1, org.assertj.core.api.Assertions.within(1e-12));
        assertThat(tradeoff.points().getFirst().onFront()).isTrue();
        assertThat(tradeoff.front()).containsExactly("ckpt_1");
    }

    @Test
    void aCheckpointScoredOnOneSideHasAPointAndNoPlaceOnTheFront() {
        Score half = new Score(Optional.empty(), BASE.source());

        Tradeoff tradeoff =
                Tradeoff.of(
                        Optional.of(BASE),
                        List.of(scored("ckpt_half", half), scored("ckpt_1", score(0.4, 0.5))));

        assertThat(tradeoff.points()).hasSize(2);
        assertThat(tradeoff.points().getFirst().learning()).isNull();
        assertThat(tradeoff.points().getFirst().onFront()).isFalse();
        assertThat(tradeoff.front()).containsExactly("ckpt_1");
    }

    @Test
    void beforeAnythingIsScoredItIsEmpty() {
        Tradeoff tradeoff = Tradeoff.of(Optional.empty(), List.of());

        assertThat(tradeoff.base()).isNull();
        assertThat(tradeoff.points()).isEmpty();
        assertThat(tradeoff.front()).isEmpty();
    }

    @Test
    void whatIsDominatedNamesTheNearestOfTheFrontAndByWhat() {
        Tradeoff tradeoff =
                Tradeoff.of(
                        Optional.of(BASE),
                        List.of(
                                scored("ckpt_far", score(0.7, 0.6, 0.01)),
                                scored("ckpt_near", score(0.43, 0.601, 0.01)),
                                scored("ckpt_beaten", score(0.4, 0.59, 0.01))));

        Tradeoff.Point beaten = tradeoff.points().getLast();
        assertThat(tradeoff.front()).containsExactly("ckpt_near", "ckpt_far");
        assertThat(beaten.onFront()).isFalse();
        assertThat(beaten.dominatedBy()).containsExactly("ckpt_near", "ckpt_far");
        assertThat(beaten.words()) // 1.96 standard errors of a difference are 0.0277
                .isEqualTo("ckpt_near learned 0.0300 more and forgot 0.0110 less (within noise)");
        assertThat(tradeoff.points().getFirst().dominatedBy()).isEmpty();
        assertThat(tradeoff.points().getFirst().words()).isNull();
    }

    private static Tradeoff.Scored scored(String checkpoint, Score score) {
        return new Tradeoff.Scored(
                new Tradeoff.Place(
                        "job_1", checkpoint, "lora", 16, 10, 100, "adapter", Curves.Kind.FINAL),
                BASE,
                score,
                Tradeoff.Measured.HERE);
    }

    private static Score score(double learning, double source) {
        return new Score(Optional.of(side(learning)), Optional.of(side(source)));
    }

    private static Score score(double learning, double source, double stderr) {
        OptionalDouble error = OptionalDouble.of(stderr);
        return new Score(
                Optional.of(
                        new Side(
                                ScoreKind.ACCURACY,
                                learning,
                                OptionalDouble.empty(),
                                error,
                                OptionalDouble.empty())),
                Optional.of(
                        new Side(
                                ScoreKind.ACCURACY,
                                source,
                                OptionalDouble.empty(),
                                error,
                                OptionalDouble.empty())));
    }

    private static Side side(double score) {
        return new Side(
                ScoreKind.ACCURACY,
                score,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }
}
