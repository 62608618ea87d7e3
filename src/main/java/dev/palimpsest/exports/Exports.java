package dev.palimpsest.exports;

import dev.palimpsest.background.Pieces;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;

/** All exports. */
interface Exports extends Pieces<Export> {
    @Override
    @NativeQuery("SELECT * FROM exports WHERE id = ? FOR UPDATE")
    Optional<Export> lock(String id);

    /** The one that is made or under way; there is never more than one. */
    @NativeQuery(
            """
            SELECT * FROM exports
            WHERE checkpoint = ? AND form = ? AND reduction IS NOT DISTINCT FROM cast(? AS jsonb)
                AND status IN ('queued', 'running', 'succeeded')""")
    Optional<Export> standing(String checkpoint, String form, @Nullable String reduction);

    @Modifying
    @NativeQuery("UPDATE exports SET deleted_at = ? WHERE id = ?")
    void hide(Instant now, String id);

    @Modifying
    @NativeQuery(
            "UPDATE exports SET deleted_at = NULL WHERE id = ? AND project = ? AND deleted_at IS NOT NULL")
    int show(String id, String project);

    @NativeQuery(
            """
            SELECT id FROM exports
            WHERE deleted_at <= ?1 AND (cast(?2 AS text) IS NULL OR project = ?2) ORDER BY id""")
    List<String> hiddenBefore(Instant time, @Nullable String project);

    @Modifying
    @NativeQuery("DELETE FROM exports WHERE id = ? AND deleted_at IS NOT NULL")
    int forget(String id);

    boolean existsByCheckpoint(String checkpoint);

    List<Export> findByCheckpointAndIdLessThanOrderByIdDesc(
            String checkpoint, String id, Limit limit);

    List<Export> findByIdLessThanOrderByIdDesc(String id, Limit limit);
}
