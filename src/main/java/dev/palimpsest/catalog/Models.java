package dev.palimpsest.catalog;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.NativeQuery;

/** All base models. */
public interface Models extends JpaRepository<BaseModel, String> {
    Optional<BaseModel> findByName(String name);

    List<BaseModel> findByNameGreaterThanOrderByName(String name, Limit limit);

    /** Locks the row until the transaction ends. */
    @NativeQuery("SELECT * FROM base_models WHERE name = ? FOR UPDATE")
    Optional<BaseModel> lock(String name);

    /** Locks the row if the import has not ended. */
    @NativeQuery(
            """
            SELECT * FROM base_models WHERE import_id = ? AND status = 'importing'
            FOR UPDATE""")
    Optional<BaseModel> lockImport(String importId);

    /** Locks the row if the import has not ended and the attempt was not replaced. */
    @NativeQuery(
            """
            SELECT * FROM base_models
            WHERE import_id = ? AND import_attempt = ? AND status = 'importing'
            FOR UPDATE""")
    Optional<BaseModel> lockImport(String importId, int attempt);
}
