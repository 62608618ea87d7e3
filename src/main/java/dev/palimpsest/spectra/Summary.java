package dev.palimpsest.spectra;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What all matrices of a checkpoint come to together.
 *
 * @param suggestedRank the smallest power of two that keeps 90 % of the change's squared norm in at
 *     least half of the matrices; 0 where nothing changed
 * @param intruders of all matrices; null where they were not asked for
 * @param modules medians over the layers
 */
record Summary(
        int matrices, int suggestedRank, @Nullable Integer intruders, List<Medians> modules) {
    /**
     * Medians over one module's layers, of an even number of them the smaller middle one.
     *
     * @param tails what truncation to a rank loses; null where it was summed up before that was
     *     told
     * @param intruders of all its layers together
     */
    @SuppressWarnings("MemberName") // the API's names
    record Medians(
            String module,
            int rank_90,
            double stableRank,
            double effectiveRank,
            double relativeNorm,
            @Nullable List<MatrixMeasures.Tail> tails,
            @Nullable Integer intruders) {
        static Medians of(List<MatrixMeasures> layers) {
            return new Medians(
                    layers.getFirst().module(),
                    median(layers, MatrixMeasures::rank_90),
                    median(layers, MatrixMeasures::stableRank),
                    median(layers, MatrixMeasures::effectiveRank),
                    median(layers, MatrixMeasures::relativeNorm),
                    tailsOf(layers),
                    sum(layers));
        }
    }

    static Summary of(List<MatrixMeasures> matrices) {
        Map<String, List<MatrixMeasures>> modules =
                matrices.stream()
                        .collect(
                                Collectors.groupingBy(
                                        MatrixMeasures::module,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        return new Summary(
                matrices.size(),
                suggestedRank(matrices),
                sum(matrices),
                modules.values().stream().map(Medians::of).toList());
    }

    private static List<MatrixMeasures.Tail> tailsOf(List<MatrixMeasures> layers) {
        List<MatrixMeasures.Tail> tails = new ArrayList<>();
        for (MatrixMeasures.Tail tail : layers.getFirst().tails()) {
            int place = tails.size();
            tails.add(
                    new MatrixMeasures.Tail(
                            tail.rank(), median(layers, one -> one.tails().get(place).lost())));
        }
        return tails;
    }

    private static int suggestedRank(List<MatrixMeasures> matrices) {
        int median = matrices.isEmpty() ? 0 : median(matrices, MatrixMeasures::rank_90);
        int power = Integer.highestOneBit(median);
        return power == median ? median : 2 * power;
    }

    private static <T extends Comparable<T>> T median(
            List<MatrixMeasures> matrices, Function<MatrixMeasures, T> measure) {
        List<T> sorted = matrices.stream().map(measure).sorted(Comparator.naturalOrder()).toList();
        return sorted.get((sorted.size() - 1) / 2);
    }

    private static @Nullable Integer sum(List<MatrixMeasures> matrices) {
        int sum = 0;
        for (MatrixMeasures matrix : matrices) {
            if (matrix.intruders() == null) return null;
            sum += matrix.intruders();
        }
        return sum;
    }
}
