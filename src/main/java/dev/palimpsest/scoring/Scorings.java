package dev.palimpsest.scoring;

import dev.palimpsest.background.Pieces;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.NativeQuery;

/** All scorings. */
interface Scorings extends Pieces<Scoring> {
    @Override
    @NativeQuery("SELECT * FROM scorings WHERE id = ? FOR UPDATE")
    Optional<Scoring> lock(String id);

    @NativeQuery(
            """
            SELECT id FROM scorings
            WHERE status IN ('queued', 'running') AND EXISTS (
                SELECT 1 FROM jsonb_array_elements(tasks -> 'tasks') AS asked
                WHERE asked ->> 'name' = ?)
            ORDER BY id LIMIT 1""")
    Optional<String> underWayOfTask(String name);

    List<Scoring> findByIdLessThanOrderByIdDesc(String id, Limit limit);

    List<Scoring> findByJobAndIdLessThanOrderByIdDesc(String job, String id, Limit limit);

    List<Scoring> findByCheckpointAndTruncationNotNullAndIdLessThanOrderByIdDesc(
            String checkpoint, String id, Limit limit);

    boolean existsByCheckpointAndTruncationNotNull(String checkpoint);

    boolean existsByJobAndStep(String job, long step);

    void deleteByJobAndStepGreaterThan(String job, long step);
}
