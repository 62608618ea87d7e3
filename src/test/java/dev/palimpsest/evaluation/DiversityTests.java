package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.evaluation.ItemResult.Generated;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DiversityTests {
    @Test
    void differentTextsAreCountedAsTheyAreAmongThoseThatPassedAndTheOthers() {
        Diversity diversity =
                Diversity.of(
                        List.of(
                                passed("return 1"),
                                passed("return 1"),
                                passed("return  1"),
                                failed("return 2"),
                                failed("")));

        assertThat(diversity.distinct()).isEqualTo(4);
        assertThat(diversity.distinctPassed()).isEqualTo(2);
        assertThat(diversity.distinctFailed()).isEqualTo(2);
    }

    @Test
    void equalTextsAreAsCloseAsCanBeAndTextsWithoutACommonWordAsFar() {
        assertThat(of("a b", "a  b", "a b").editDistance()).isZero();
        assertThat(of("a b", "c d").editDistance()).isEqualTo(1);
        assertThat(of("a b", "").editDistance()).isEqualTo(1);
    }

    @Test
    void theEditDistanceIsTheMeanOverPairsOfTheShareOfWordsToBeChanged() {
        String[] texts = {"x = f(y)", "x = g(y)", "f(y) + 1", "x = f(y)", "return x"};
        double sum = 0;
        for (int i = 0; i < texts.length; i++)
            for (int j = 0; j < i; j++) sum += share(words(texts[i]), words(texts[j]));

        assertThat(of(texts).editDistance()).isCloseTo(sum / 10, within(1e-12));
    }

    @Test
    void gramsAreRunsOfFourWordsInOneText() {
        assertThat(of("a b c d e", "a b c d").distinctGrams()).isEqualTo(2 / 3.0);
        assertThat(of("a b c", "a").distinctGrams()).isZero();
    }

    private static double share(List<String> one, List<String> other) {
        return (double) changes(one, other) / Math.max(one.size(), other.size());
    }

    /** By its definition, from the ends of the two. */
    private static int changes(List<String> one, List<String> other) {
        if (one.isEmpty() || other.isEmpty()) return one.size() + other.size();
        List<String> shorter = one.subList(1, one.size());
        List<String> others = other.subList(1, other.size());
        int changed = changes(shorter, others) + (one.getFirst().equals(other.getFirst()) ? 0 : 1);
        return Math.min(changed, 1 + Math.min(changes(shorter, other), changes(one, others)));
    }

    private static List<String> words(String text) {
        return Stream.of(text.replaceAll("([=()+])", " $1 ").strip().split(" +")).toList();
    }

    private static Diversity of(String... texts) {
        return Diversity.of(Arrays.stream(texts).map(DiversityTests::failed).toList());
    }

    private static Generated passed(String text) {
        return new Generated(text, true, "passed");
    }

    private static Generated failed(String text) {
        return new Generated(text, false, "failed");
    }
}
