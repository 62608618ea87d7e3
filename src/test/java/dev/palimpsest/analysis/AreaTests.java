package dev.palimpsest.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.analysis.Curves.Curve;
import dev.palimpsest.analysis.Curves.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.IntNode;

/** Each point is learning and forgetting with a standard error of 0.1. */
class AreaTests {
    @Test
    void itIsTheTrapezoidsBetweenTwoCurvesOverTheLearningThatBothReach() {
        Area.Between between =
                between(
                        curve(1, new double[][] {{-1, -1}, {0, 0}, {1, 1}}),
                        curve(2, new double[][] {{0, 0}, {0.5, 0.1}, {1, 0.6}}));

        assertThat(between.low()).isEqualTo(0);
        assertThat(between.high()).isEqualTo(1);
        assertThat(between.area()) // -0.4 at 0.5 and at 1
                .isCloseTo(-0.1 - 0.2, within(1e-12));
        double stderr = // weights 1/2, 1/2 and 1/4, 1/2, 1/4
                0.1 * Math.sqrt(0.25 + 0.25 + 0.0625 + 0.25 + 0.0625);
        assertThat(between.areaHigh() - between.area()).isCloseTo(1.959964 * stderr, within(1e-6));
        assertThat(between.difference()).isCloseTo(-0.3, within(1e-12));
        assertThat(between.withinNoise()).isFalse();
        assertThat(between.words())
                .isEqualTo(
                        "forgets less: -0.3000 on average where learning is 0.0000 to 1.0000, 95 % interval -0.4833 to -0.1167");
    }

    @Test
    void aRangeThatEndsBetweenPointsTakesThePartsOfTheirLines() {
        Area.Between between =
                between(
                        curve(1, new double[][] {{0, 0}, {2, 2}}),
                        curve(2, new double[][] {{1, 1}, {3, 3.5}}));

        assertThat(between.low()).isEqualTo(1);
        assertThat(between.high()).isEqualTo(2);
        assertThat(between.area()).isCloseTo((0 + 0.25) / 2, within(1e-12));
        assertThat(between.withinNoise()).isTrue();
        assertThat(between.words()).startsWith("within noise: +0.1250 on average");
    }

    @Test
    void pointsThatLearnedTheSameCountAsTheirMeanInWhateverOrderTheyCame() {
        Area.Between between =
                between(
                        curve(1, new double[][] {{0, 0}, {1, 0}}),
                        curve(2, new double[][] {{1, 3}, {0, 0}, {1, 1}}));

        assertThat(between.area()).isCloseTo(1, within(1e-12));
        double stderr = 0.1 * Math.sqrt(0.25 + 0.25 + 0.25 + 0.25 / 2);
        assertThat(between.areaHigh() - between.area()).isCloseTo(1.959964 * stderr, within(1e-6));
    }

    @Test
    void curvesWithoutAnyLearningInCommonSaySo() {
        assertThat(
                        between(
                                        curve(1, new double[][] {{0, 0}, {1, 1}}),
                                        curve(2, new double[][] {{2, 0}, {3, 1}}))
                                .words())
                .isEqualTo("the two have no learning in common");
        assertThat(
                        between(
                                        curve(1, new double[][] {{0, 0}}),
                                        curve(2, new double[][] {{2, 0}, {3, 1}}))
                                .area())
                .isNull();
    }

    private static Area.Between between(Curve from, Curve to) {
        return Area.of(
                        new Curves(
                                Curves.Axis.TOKENS,
                                List.of("method.rank"),
                                null,
                                List.of(from, to)),
                        Kind.FINAL)
                .between()
                .getFirst();
    }

    private static Curve curve(int rank, double[][] points) {
        List<Curves.Point> all = new ArrayList<>();
        for (double[] point : points)
            all.add(
                    new Curves.Point(
                            all.size(), 1, of(point[0]), null, of(point[1]), List.of("ckpt")));
        return new Curve(Map.of("method.rank", IntNode.valueOf(rank)), Kind.FINAL, all);
    }

    private static Estimate of(double value) {
        return Estimate.of(List.of(new Estimate.Value(value, OptionalDouble.of(0.1))));
    }
}
