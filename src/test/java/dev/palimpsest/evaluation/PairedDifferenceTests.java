package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.evaluation.ItemResult.Generated;
import dev.palimpsest.evaluation.ItemResult.Option;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedDifferenceTests {
    @Test
    void onlyItemsOnWhichTwoModelsDifferCount() {
        List<ItemResult> first = choices(100, i -> i < 50);
        List<ItemResult> second = choices(100, i -> i < 40 || i >= 98);

        PairedDifference difference = PairedDifference.of(ScoreKind.ACCURACY, first, second);

        assertThat(difference.value()).isCloseTo(-0.08, within(1e-12));
        assertThat(difference.better()).isEqualTo(2);
        assertThat(difference.worse()).isEqualTo(10);
        // the sample deviation of ten -1, two +1 and 88 zeros
        double deviation = Math.sqrt((12 - 100 * 0.08 * 0.08) / 99);
        assertThat(difference.stderr()).isCloseTo(deviation / 10, within(1e-12));
        assertThat(difference.withinNoise()).isFalse();
        assertThat(difference.words(ScoreKind.ACCURACY))
                .isEqualTo("worse: -0.0800, 95 % interval -0.1464 to -0.0136");
    }

    @Test
    void aDifferenceThatChanceMakesOftenIsSaidToBeNoise() {
        PairedDifference difference =
                PairedDifference.of(
                        ScoreKind.ACCURACY, choices(100, i -> i < 50), choices(100, i -> i != 3));
        PairedDifference small =
                PairedDifference.of(
                        ScoreKind.ACCURACY,
                        choices(100, i -> i < 50),
                        choices(100, i -> i < 51 && i != 3));

        assertThat(difference.words(ScoreKind.ACCURACY)).startsWith("better: +0.4900");
        assertThat(small.words(ScoreKind.ACCURACY)).startsWith("within noise: +0.0000");
    }

    @Test
    void bitsCountByTheByteAndFewerAreBetter() {
        List<ItemResult> first = List.of(text(0, "ab", -4), text(1, "é", -2));
        List<ItemResult> second = List.of(text(0, "ab", -2), text(1, "é", -1));

        PairedDifference difference = PairedDifference.of(ScoreKind.BITS_PER_BYTE, first, second);

        assertThat(difference.value()).isCloseTo(-3 / Math.log(2) / 4, within(1e-12));
        assertThat(difference.better()).isEqualTo(2);
        assertThat(
                        PairedDifference.of(ScoreKind.BITS_PER_BYTE, second, second)
                                .words(ScoreKind.BITS_PER_BYTE))
                .startsWith("within noise");
    }

    @Test
    void ofSeveralSamplesTheShareThatPassedCounts() {
        ItemResult half = samples(true, false);
        ItemResult all = samples(true, true);

        assertThat(
                        PairedDifference.of(
                                        ScoreKind.ACCURACY, List.of(half, half), List.of(all, half))
                                .value())
                .isEqualTo(0.25);
    }

    @Test
    void otherItemsAreRefused() {
        assertThatThrownBy(
                        () ->
                                PairedDifference.of(
                                        ScoreKind.ACCURACY,
                                        choices(2, _ -> true),
                                        choices(3, _ -> true)))
                .isInstanceOf(InvalidData.class)
                .hasMessage("one has 2 items, the other 3");
        assertThatThrownBy(
                        () ->
                                PairedDifference.of(
                                        ScoreKind.BITS_PER_BYTE,
                                        List.of(text(0, "a", -1)),
                                        List.of(text(1, "a", -1))))
                .isInstanceOf(InvalidData.class)
                .hasMessage("item 0 of the two is not the same");
    }

    private static List<ItemResult> choices(int count, IntPredicate right) {
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                new ItemResult(
                                        i, "item " + i, List.of(), 0, 0, right.test(i), List.of()))
                .toList();
    }

    private static ItemResult text(int index, String text, double logLikelihood) {
        Option option = new Option(text, logLikelihood, 1, text.length());
        return new ItemResult(index, "", List.of(option), null, null, false, List.of());
    }

    private static ItemResult samples(boolean... passed) {
        List<Generated> samples =
                IntStream.range(0, passed.length)
                        .mapToObj(i -> new Generated("text " + i, passed[i], null))
                        .toList();
        return new ItemResult(0, "a prompt", List.of(), null, null, passed[0], samples);
    }
}
