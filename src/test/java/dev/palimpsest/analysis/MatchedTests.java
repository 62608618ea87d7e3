package dev.palimpsest.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.analysis.Curves.Axis;
import dev.palimpsest.analysis.Curves.Curve;
import dev.palimpsest.analysis.Curves.Kind;
import dev.palimpsest.analysis.Curves.Point;
import dev.palimpsest.spec.Binder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Points are (tokens, learning, forgetting), each score with an error of 0.01. */
class MatchedTests {
    private static final Curve FULL =
            curve("full", point(100, 0.2, 0.05), point(200, 0.4, 0.15), point(400, 0.5, 0.3));
    private static final Curve LORA = curve("lora", point(100, 0.1, 0.01), point(200, 0.3, 0.02));

    @Test
    void curvesAreComparedAtTheMostThatAllReach() {
        Matched matched = matched(null, FULL, LORA);

        assertThat(matched.learning()).isEqualTo(0.3);
        Matched.Group full = matched.groups().getFirst();
        assertThat(full.forgetting()).isCloseTo(0.1, within(1e-12));
        assertThat(full.x()).isCloseTo(150, within(1e-9));
        assertThat(full.stderr()).isCloseTo(0.01 / Math.sqrt(2), within(1e-12));
        assertThat(full.checkpoints()).containsExactly("c100", "c200");
        assertThat(matched.groups().getLast().checkpoints()).containsExactly("c200");
        Matched.Difference difference = matched.differences().getFirst();
        assertThat(difference.value()).isCloseTo(-0.08, within(1e-12));
        assertThat(difference.high())
                .isCloseTo(-0.08 + 1.959964 * Math.hypot(0.01, 0.01 / Math.sqrt(2)), within(1e-7));
        assertThat(difference.withinNoise()).isFalse();
        assertThat(difference.words())
                .isEqualTo("forgets less: -0.0800, 95 % interval -0.1040 to -0.0560");
    }

    @Test
    void aCurveThatDoesNotReachTheLearningSaysHowFarItCame() {
        Matched matched = matched(0.45, FULL, LORA);

        assertThat(matched.groups().getFirst().forgetting()).isCloseTo(0.225, within(1e-12));
        assertThat(matched.groups().getLast().forgetting()).isNull();
        assertThat(matched.groups().getLast().words()).isEqualTo("reaches 0.3000 only");
        assertThat(matched.differences()).isEmpty();
        assertThat(matched(0.05, FULL).groups().getFirst().words())
                .isEqualTo("begins above it; a shorter run would tell");
    }

    @Test
    void aCurveThatLearnsAndLosesIsLookedAtWhereItFirstReachesIt() {
        Curve back = curve("back", point(1, 0.1, 0), point(2, 0.3, 0.1), point(3, 0.1, 0.5));

        assertThat(matched(0.2, back).groups().getFirst().forgetting())
                .isCloseTo(0.05, within(1e-12));
    }

    @Test
    void aDifferenceSmallerThanItsErrorIsNoise() {
        Curve alike = curve("alike", point(100, 0.1, 0.0), point(200, 0.3, 0.095));

        assertThat(matched(0.3, FULL, alike).differences().getFirst().words())
                .startsWith("within noise: -0.0050");
    }

    private static Matched matched(@Nullable Double learning, Curve... curves) {
        return Matched.of(
                new Curves(Axis.TOKENS, List.of("method.type"), null, List.of(curves)),
                Kind.FINAL,
                learning);
    }

    private static Curve curve(String type, Point... points) {
        return new Curve(
                Map.of("method.type", Binder.JSON.getNodeFactory().stringNode(type)),
                Kind.FINAL,
                List.of(points));
    }

    private static Point point(long tokens, double learning, double forgetting) {
        return new Point(
                tokens, 1, estimate(learning), null, estimate(forgetting), List.of("c" + tokens));
    }

    private static Estimate estimate(double value) {
        return new Estimate(value, 0.01, value - 0.02, value + 0.02, Estimate.Source.ITEMS);
    }
}
