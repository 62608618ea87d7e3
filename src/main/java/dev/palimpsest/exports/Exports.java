package dev.palimpsest.exports;

import dev.palimpsest.background.Pieces;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
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

    boolean existsByCheckpoint(String checkpoint);

    List<Export> findByCheckpointAndIdLessThanOrderByIdDesc(
            String checkpoint, String id, Limit limit);

    List<Export> findByIdLessThanOrderByIdDesc(String id, Limit limit);
}
