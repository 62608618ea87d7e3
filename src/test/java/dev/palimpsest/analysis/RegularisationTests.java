package dev.palimpsest.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.analysis.Curves.Curve;
import dev.palimpsest.analysis.Curves.Kind;
import dev.palimpsest.analysis.Curves.Point;
import dev.palimpsest.analysis.Estimate.Value;
import dev.palimpsest.analysis.Regularisation.Arm;
import dev.palimpsest.analysis.Regularisation.Comparison;
import dev.palimpsest.spec.Binder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Each estimate has a standard error of 0.01, so that a difference errs by 0.0277 in 95 of 100. */
class RegularisationTests {
    private static final Curve FULL =
            curve("\"full\"", null, 0, 0, Kind.FINAL, point(1, 0.50, 0.10), point(2, 0.60, 0.20));
    private static final Curve DECAY =
            curve(
                    "\"full\"",
                    null,
                    1e-4,
                    0,
                    Kind.FINAL,
                    point(1, 0.51, 0.09),
                    point(2, 0.55, 0.21));
    private static final Curve DROPOUT =
            curve("\"full\"", null, 0, 0.05, Kind.FINAL, point(4, 0.51, 0.09));
    private static final Curve LORA = curve("\"lora\"", 16, 0, 0, Kind.FINAL, point(2, 0.61, 0.05));
    private static final Curve ON_ITS_WAY =
            curve("\"full\"", null, 0, 0, Kind.HOT, point(1, 0.3, 0.0));

    @Test
    void everyArmIsComparedWithPlainFullFinetuning() {
        Regularisation figure = of(LORA, DROPOUT, ON_ITS_WAY, DECAY, FULL);

        assertThat(figure.arms())
                .extracting(Arm::name)
                .containsExactly(
                        "full",
                        "full + weight decay 1.0E-4",
                        "full + attention dropout 0.05",
                        "LoRA r = 16");
        assertThat(figure.arms())
                .extracting(Arm::words)
                .containsExactly(
                        "what the others are compared with",
                        "learns less (-0.0500, 95 % interval -0.0777 to -0.0223),"
                                + " forgets like full within noise (+0.0100, 95 % interval -0.0177 to +0.0377)",
                        "shares no duration with plain full finetuning",
                        "learns like full within noise (+0.0100, 95 % interval -0.0177 to +0.0377),"
                                + " forgets less (-0.1500, 95 % interval -0.1777 to -0.1223)");
    }

    @Test
    void aComparisonStandsAtEachDurationThatBothHave() {
        List<Comparison> comparisons = of(FULL, DECAY).arms().get(1).comparisons();

        assertThat(comparisons).extracting(Comparison::x).containsExactly(1.0, 2.0);
        Regularisation.Difference learning = comparisons.getFirst().learning();
        assertThat(learning.value()).isCloseTo(0.01, within(1e-12));
        assertThat(learning.high())
                .isCloseTo(0.01 + 1.959964 * Math.hypot(0.01, 0.01), within(1e-7));
        assertThat(learning.withinNoise()).isTrue();
    }

    @Test
    void ofSeveralPlainRunsTheOneAlikeIsTaken() {
        Curve other = with(FULL, "training.batch_size", "32", 0.1);
        Curve same = with(FULL, "training.batch_size", "16", 0.0);
        Curve decay = with(DECAY, "training.batch_size", "16", 0.0);

        Arm arm = of(other, same, decay).arms().getLast();

        assertThat(arm.from()).isEqualTo(same.group());
    }

    @Test
    void withoutPlainFullFinetuningNothingIsCompared() {
        Arm arm = of(LORA).arms().getFirst();

        assertThat(arm.from()).isNull();
        assertThat(arm.words())
                .isEqualTo(
                        "there is no full finetuning without decay and dropout to compare it with");
    }

    @Test
    void whereAnErrorIsNotKnownNoVerdictIsGiven() {
        Estimate unknown = Estimate.of(List.of(new Value(0.7, OptionalDouble.empty())));
        Curve bare =
                new Curve(
                        LORA.group(),
                        Kind.FINAL,
                        List.of(new Point(2, 1, unknown, null, null, List.of("ckpt_1"))));

        assertThat(of(FULL, bare).arms().getLast().words())
                .isEqualTo("learns +0.1000 against full, with nothing known of the error");
    }

    private static Regularisation of(Curve... curves) {
        return Regularisation.of(
                new Curves(Curves.Axis.EPOCHS, List.of(), null, List.of(curves)),
                Kind.FINAL,
                Map.of());
    }

    private static Curve curve(
            String method, Integer rank, double decay, double dropout, Kind kind, Point... points) {
        Map<String, JsonNode> group = new TreeMap<>();
        group.put(Regularisation.METHOD, Binder.JSON.readTree(method));
        if (rank != null) group.put(Regularisation.RANK, Binder.JSON.readTree(rank.toString()));
        group.put(Regularisation.DECAY, Binder.JSON.readTree(String.valueOf(decay)));
        group.put(Regularisation.DROPOUT, Binder.JSON.readTree(String.valueOf(dropout)));
        return new Curve(group, kind, Arrays.asList(points));
    }

    /** The same with one field more, its learning moved. */
    private static Curve with(Curve curve, String field, String value, double more) {
        Map<String, JsonNode> group = new TreeMap<>(curve.group());
        group.put(field, Binder.JSON.readTree(value));
        return new Curve(
                group,
                curve.kind(),
                curve.points().stream()
                        .map(
                                point ->
                                        point(
                                                point.x(),
                                                point.learning().mean() + more,
                                                point.forgetting().mean()))
                        .toList());
    }

    private static Point point(double x, double learning, double forgetting) {
        return new Point(
                x,
                1,
                estimate(learning),
                estimate(0.6 - forgetting),
                estimate(forgetting),
                List.of("ckpt_" + x));
    }

    private static Estimate estimate(double value) {
        return Estimate.of(List.of(new Value(value, OptionalDouble.of(0.01))));
    }
}
