package dev.palimpsest.spectra;

import dev.palimpsest.decomposition.MatrixSpectra;
import dev.palimpsest.decomposition.Spectrum;
import dev.palimpsest.model.Projected;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Projection;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The spectra of all matrices, those of a decomposition in the order of the forward pass. */
@Component
class Matrices {
    /** The same matrix computed again is the same. */
    private static final String SAVE =
            """
            insert into decomposed_matrices (decomposition, place, path, measures, change, base, finetuned)
            values (:decomposition, :place, :path, cast(:measures as jsonb), :change, :base, :finetuned)
            on conflict do nothing
            """;

    private static final String COPY =
            """
            insert into decomposed_matrices (decomposition, place, path, measures, change, base, finetuned)
            select :to, place, path, measures, change, base, finetuned from decomposed_matrices where decomposition = :from
            on conflict do nothing
            """;

    private static final String PAGE =
            """
            select path, measures, change, base, finetuned from decomposed_matrices
            where decomposition = :decomposition and place > coalesce(
                (select place from decomposed_matrices where decomposition = :decomposition and path = :after), -1)
            order by place limit :limit
            """;

    private static final String MEASURES =
            "select measures from decomposed_matrices where decomposition = :decomposition order by place";

    private final JdbcClient database;

    Matrices(JdbcClient database) {
        this.database = database;
    }

    /** One as it is kept; values that are not there are zero. */
    record Kept(
            String path,
            MatrixMeasures measures,
            List<Float> change,
            @Nullable List<Float> base,
            @Nullable List<Float> finetuned) {}

    void save(String decomposition, MatrixSpectra spectra) {
        MatrixSpectra.OfWeights weights = spectra.weights();
        database.sql(SAVE)
                .param("decomposition", decomposition)
                .param("place", spectra.matrix().place())
                .param("path", spectra.matrix().path())
                .param("measures", Binder.JSON.writeValueAsString(MatrixMeasures.of(spectra)))
                .param("change", numbers(spectra.change()))
                .param("base", weights == null ? null : numbers(weights.base()))
                .param("finetuned", weights == null ? null : numbers(weights.finetuned()))
                .update();
    }

    void copy(String from, String to) {
        database.sql(COPY).param("from", from).param("to", to).update();
    }

    void deleteOf(String decomposition) {
        database.sql("delete from decomposed_matrices where decomposition = :decomposition")
                .param("decomposition", decomposition)
                .update();
    }

    List<Kept> page(String decomposition, String after, int limit) {
        return database.sql(PAGE)
                .param("decomposition", decomposition)
                .param("after", after)
                .param("limit", limit)
                .query(Matrices::read)
                .list();
    }

    List<MatrixMeasures> measures(String decomposition) {
        return database.sql(MEASURES)
                .param("decomposition", decomposition)
                .query((row, _) -> measures(row))
                .list();
    }

    /** Those that need not be computed again. */
    List<Projected> known(String decomposition) {
        return measures(decomposition).stream()
                .map(
                        matrix ->
                                Projection.of(matrix.module())
                                        .map(module -> new Projected(matrix.layer(), module))
                                        .orElseThrow())
                .toList();
    }

    private static Float[] numbers(Spectrum spectrum) {
        return spectrum.values().stream().map(Double::floatValue).toArray(Float[]::new);
    }

    private static Kept read(ResultSet row, int number) throws SQLException {
        return new Kept(
                row.getString("path"),
                measures(row),
                List.of((Float[]) row.getArray("change").getArray()),
                values(row.getArray("base")),
                values(row.getArray("finetuned")));
    }

    private static MatrixMeasures measures(ResultSet row) throws SQLException {
        return Binder.JSON.readValue(row.getString("measures"), MatrixMeasures.class);
    }

    private static @Nullable List<Float> values(@Nullable Array values) throws SQLException {
        return values == null ? null : List.of((Float[]) values.getArray());
    }
}
