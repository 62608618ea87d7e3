package dev.palimpsest.spectra;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The change's rank at 90 %, and what truncation loses of it, by module and layer. */
record HeatMap(int layers, List<Row> modules) {
    /**
     * One module's.
     *
     * @param rank_90 by layer; null where the matrix was not finetuned
     * @param tails null where it was summed up before they were told
     */
    @SuppressWarnings("MemberName") // the API's names
    record Row(String module, List<@Nullable Integer> rank_90, @Nullable List<TailRow> tails) {}

    /**
     * One module's truncation to a rank.
     *
     * @param lost of the change's squared norm, by layer
     */
    record TailRow(int rank, List<@Nullable Double> lost) {}

    /** Of matrices in the order of the forward pass. */
    static HeatMap of(List<MatrixMeasures> matrices) {
        int layers = matrices.stream().mapToInt(MatrixMeasures::layer).max().orElse(-1) + 1;
        Map<String, List<MatrixMeasures>> modules =
                matrices.stream()
                        .collect(
                                Collectors.groupingBy(
                                        MatrixMeasures::module,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        return new HeatMap(
                layers,
                modules.entrySet().stream()
                        .map(module -> row(module.getKey(), layers, module.getValue()))
                        .toList());
    }

    private static Row row(String module, int layers, List<MatrixMeasures> matrices) {
        List<TailRow> tails = new ArrayList<>();
        for (MatrixMeasures.Tail tail : matrices.getFirst().tails()) {
            int place = tails.size();
            tails.add(
                    new TailRow(
                            tail.rank(),
                            byLayer(layers, matrices, one -> one.tails().get(place).lost())));
        }
        return new Row(module, byLayer(layers, matrices, MatrixMeasures::rank_90), tails);
    }

    private static <T> List<@Nullable T> byLayer(
            int layers, List<MatrixMeasures> matrices, Function<MatrixMeasures, T> measure) {
        List<@Nullable T> row = none(layers);
        for (MatrixMeasures matrix : matrices) row.set(matrix.layer(), measure.apply(matrix));
        return row;
    }

    private static <T> List<@Nullable T> none(int layers) {
        return new ArrayList<>(Collections.nCopies(layers, null));
    }
}
