package dev.palimpsest.spectra;

import dev.palimpsest.artifacts.Deletable;
import dev.palimpsest.decomposition.MatrixSpectra;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Frobenius norms of base models' matrices, by the hash of the model's content. */
@Component
class WeightNorms implements Deletable {
    private static final String SAVE =
            """
            insert into weight_norms (model, path, norm)
            select :model, path, norm from unnest(:paths, :norms) as found (path, norm)
            on conflict do nothing
            """;

    private static final String FORGET =
            "delete from weight_norms where not exists (select from base_models where content_hash = model)";

    private final JdbcClient database;

    WeightNorms(JdbcClient database) {
        this.database = database;
    }

    /** By the matrices' paths. */
    Map<String, Double> of(String model) {
        Map<String, Double> norms = new HashMap<>();
        database.sql("select path, norm from weight_norms where model = :model")
                .param("model", model)
                .query(
                        (RowCallbackHandler)
                                row -> norms.put(row.getString("path"), row.getDouble("norm")));
        return norms;
    }

    /** In one order, so that two who save the same wait for each other one way only. */
    void save(String model, List<MatrixSpectra> compared) {
        List<MatrixSpectra> finite =
                compared.stream()
                        .filter(one -> Double.isFinite(one.baseNorm()))
                        .sorted(Comparator.comparing(one -> one.matrix().path()))
                        .toList();
        database.sql(SAVE)
                .param("model", model)
                .param(
                        "paths",
                        finite.stream().map(one -> one.matrix().path()).toArray(String[]::new))
                .param("norms", finite.stream().map(MatrixSpectra::baseNorm).toArray(Double[]::new))
                .update();
    }

    /** Of models that nobody can restore any more. */
    @Override
    public void purge(Instant deletedBefore, @Nullable String project) {
        database.sql(FORGET).update();
    }
}
