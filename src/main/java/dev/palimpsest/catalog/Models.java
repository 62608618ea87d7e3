package dev.palimpsest.catalog;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;

/** All base models. */
public interface Models extends JpaRepository<BaseModel, String> {
    Optional<BaseModel> findByName(String name);

    List<BaseModel> findByNameGreaterThanOrderByName(String name, Limit limit);

    @Query(
            """
            select model.name from BaseModel model
            where model.status = ModelStatus.IMPORTING order by model.createdAt""")
    List<String> importing();

    /** Locks the row until the transaction ends, unless another process imports it just now. */
    @NativeQuery(
            """
            SELECT * FROM base_models WHERE name = ? AND status = 'importing'
            FOR UPDATE SKIP LOCKED""")
    Optional<BaseModel> takeImporting(String name);
}
