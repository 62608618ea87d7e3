package dev.palimpsest.catalog;

import dev.palimpsest.web.Conflict;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.NativeQuery;

/** All datasets. */
public interface Datasets extends JpaRepository<Dataset, String>, ImportRows<Dataset> {
    Optional<Dataset> findByName(String name);

    List<Dataset> findByNameGreaterThanOrderByName(String name, Limit limit);

    /** One whose documents can be read, or the problem to answer. */
    default Dataset ready(String name) {
        Dataset dataset = findByName(name).orElseThrow(() -> DatasetController.missing(name));
        if (!dataset.isReady())
            throw new Conflict(
                    "dataset '%s' is not ready; GET /api/v1/datasets/%s says how far it is"
                            .formatted(name, name));
        return dataset;
    }

    @NativeQuery("SELECT count(*) > 0 FROM datasets WHERE import_id = ? AND status = 'importing'")
    boolean isImporting(String importId);

    @Override
    @NativeQuery("SELECT * FROM datasets WHERE name = ? FOR UPDATE")
    Optional<Dataset> lock(String name);

    @Override
    @NativeQuery(
            """
            SELECT * FROM datasets WHERE import_id = ? AND status = 'importing'
            FOR UPDATE""")
    Optional<Dataset> lockImport(String importId);

    @Override
    @NativeQuery(
            """
            SELECT * FROM datasets
            WHERE import_id = ? AND import_attempt = ? AND status = 'importing'
            FOR UPDATE""")
    Optional<Dataset> lockImport(String importId, int attempt);
}
