package dev.palimpsest.spectra;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The change's rank at 90 % by module and layer. */
record HeatMap(int layers, List<Row> modules) {
    /**
     * One module's.
     *
     * @param rank_90 by layer; null where the matrix was not finetuned
     */
    @SuppressWarnings("MemberName") // the API's names
    record Row(String module, List<@Nullable Integer> rank_90) {}

    /** Of matrices in the order of the forward pass. */
    static HeatMap of(List<MatrixMeasures> matrices) {
        int layers = matrices.stream().mapToInt(MatrixMeasures::layer).max().orElse(-1) + 1;
        Map<String, Row> rows = new LinkedHashMap<>();
        for (MatrixMeasures matrix : matrices)
            rows.computeIfAbsent(matrix.module(), module -> new Row(module, none(layers)))
                    .rank_90()
                    .set(matrix.layer(), matrix.rank_90());
        return new HeatMap(layers, List.copyOf(rows.values()));
    }

    private static List<@Nullable Integer> none(int layers) {
        return new ArrayList<>(Collections.nCopies(layers, null));
    }
}
