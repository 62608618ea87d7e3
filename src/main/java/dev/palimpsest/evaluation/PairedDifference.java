package dev.palimpsest.evaluation;

import dev.palimpsest.data.InvalidData;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a task's primary metric differs between two models that were asked the same items, item by
 * item, which is far surer than the difference of two means.
 *
 * @param value the second model's minus the first one's
 * @param stderr of the value; none for one item
 * @param low the 95 % interval's lower end, by the normal distribution
 * @param better how many items the second model did better
 * @param worse how many it did worse
 */
public record PairedDifference(
        double value, @Nullable Double stderr, double low, double high, int better, int worse) {
    private static final double NORMAL_95 = 1.959963984540054;

    /**
     * @throws InvalidData if they are not the results of the same items
     */
    public static PairedDifference of(
            ScoreKind kind, List<ItemResult> first, List<ItemResult> second) {
        if (first.size() != second.size())
            throw new InvalidData(
                    "one has %d items, the other %d".formatted(first.size(), second.size()));
        double[] differences = new double[first.size()];
        double[] wholes = new double[first.size()];
        int better = 0;
        int worse = 0;
        for (int i = 0; i < first.size(); i++) {
            ItemResult one = first.get(i);
            ItemResult other = second.get(i);
            double gain = gain(kind, one, other);
            differences[i] = kind == ScoreKind.ACCURACY ? gain : -gain;
            wholes[i] = whole(kind, one);
            if (gain > 0) better++;
            if (gain < 0) worse++;
        }
        Measure measure = Measure.ratio(differences, wholes);
        double reach = measure.stderr() == null ? 0 : NORMAL_95 * measure.stderr();
        return new PairedDifference(
                measure.value(),
                measure.stderr(),
                measure.value() - reach,
                measure.value() + reach,
                better,
                worse);
    }

    /**
     * By how much the second model did better on one item: in accuracy, or in bits that it saved.
     *
     * @throws InvalidData if they are not results of the same item
     */
    public static double gain(ScoreKind kind, ItemResult first, ItemResult second) {
        if (first.index() != second.index() || !first.document().equals(second.document()))
            throw new InvalidData("item %d of the two is not the same".formatted(first.index()));
        double difference = value(kind, second) - value(kind, first);
        return kind == ScoreKind.ACCURACY ? difference : -difference;
    }

    /** Whether models that do not differ would often differ so much. */
    public boolean withinNoise() {
        return stderr == null || (low <= 0 && high >= 0);
    }

    /** What that says, for people. */
    public String words(ScoreKind kind) {
        if (stderr == null) return "one item says nothing of a difference";
        String interval =
                String.format(
                        Locale.ROOT, "%+.4f, 95 %% interval %+.4f to %+.4f", value, low, high);
        if (withinNoise()) return "within noise: " + interval;
        boolean gained = value > 0 == (kind == ScoreKind.ACCURACY);
        return (gained ? "better: " : "worse: ") + interval;
    }

    /** Whether an item was right, of several samples the share that were; or its bits. */
    private static double value(ScoreKind kind, ItemResult item) {
        if (kind == ScoreKind.BITS_PER_BYTE)
            return -item.options().getFirst().logLikelihood() / Math.log(2);
        if (item.generations().isEmpty()) return item.correct() ? 1 : 0;
        return item.generations().stream()
                .mapToInt(sample -> sample.passed() ? 1 : 0)
                .average()
                .orElseThrow();
    }

    private static double whole(ScoreKind kind, ItemResult item) {
        return kind == ScoreKind.ACCURACY
                ? 1
                : item.options().getFirst().text().getBytes(StandardCharsets.UTF_8).length;
    }
}
