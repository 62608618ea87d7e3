package dev.palimpsest.catalog;

import dev.palimpsest.web.Conflict;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.NativeQuery;

/** All base models. */
public interface Models extends JpaRepository<BaseModel, String>, ImportRows<BaseModel> {
    Optional<BaseModel> findByName(String name);

    List<BaseModel> findByNameGreaterThanOrderByName(String name, Limit limit);

    /** One whose files can be read, or the problem to answer. */
    default BaseModel ready(String name) {
        BaseModel model = findByName(name).orElseThrow(() -> ModelController.missing(name));
        if (!model.isReady())
            throw new Conflict(
                    "model '%s' is not ready; GET /api/v1/models/%s says how far it is"
                            .formatted(name, name));
        return model;
    }

    @Override
    @NativeQuery("SELECT * FROM base_models WHERE name = ? FOR UPDATE")
    Optional<BaseModel> lock(String name);

    @Override
    @NativeQuery(
            """
            SELECT * FROM base_models WHERE import_id = ? AND status = 'importing'
            FOR UPDATE""")
    Optional<BaseModel> lockImport(String importId);

    @Override
    @NativeQuery(
            """
            SELECT * FROM base_models
            WHERE import_id = ? AND import_attempt = ? AND status = 'importing'
            FOR UPDATE""")
    Optional<BaseModel> lockImport(String importId, int attempt);
}
