package dev.palimpsest.spectra;

import dev.palimpsest.background.Pieces;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.NativeQuery;

/** All decompositions, of two models one at most. */
interface Decompositions extends Pieces<Decomposition> {
    @Override
    @NativeQuery("SELECT * FROM decompositions WHERE id = ? FOR UPDATE")
    Optional<Decomposition> lock(String id);

    @NativeQuery(
            """
            SELECT * FROM decompositions
            WHERE checkpoint = ? AND against IS NOT DISTINCT FROM cast(? AS text) FOR UPDATE""")
    Optional<Decomposition> lockOf(String checkpoint, @Nullable String against);

    @NativeQuery(
            """
            SELECT * FROM decompositions
            WHERE checkpoint = ? AND against IS NOT DISTINCT FROM cast(? AS text)""")
    Optional<Decomposition> of(String checkpoint, @Nullable String against);

    List<Decomposition> findByCheckpointInAndAgainstIsNull(List<String> checkpoints);

    @NativeQuery(
            """
            SELECT count(*) FROM decompositions
            WHERE ?1 IN (checkpoint, against) AND status <> 'failed'""")
    long ofCheckpoint(String checkpoint);

    /** One that has all matrices that are wanted, computed from equal weights in the same way. */
    @NativeQuery(
            """
            SELECT id FROM decompositions
            WHERE fingerprint = ? AND status = 'succeeded' AND (intruders OR NOT ?)
                AND modules = (SELECT modules FROM decompositions WHERE id = ?)
            ORDER BY id LIMIT 1""")
    Optional<String> equal(String fingerprint, boolean intruders, String id);
}
