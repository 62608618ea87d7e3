package dev.palimpsest.spectra;

import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.NativeQuery;

/** All decompositions, of each checkpoint one at most. */
interface Decompositions extends JpaRepository<Decomposition, String> {
    /** Locks the row until the transaction ends: every move begins here. */
    @NativeQuery("SELECT * FROM decompositions WHERE id = ? FOR UPDATE")
    Optional<Decomposition> lock(String id);

    @NativeQuery("SELECT * FROM decompositions WHERE checkpoint = ? FOR UPDATE")
    Optional<Decomposition> lockOf(String checkpoint);

    Optional<Decomposition> findByCheckpoint(String checkpoint);

    @NativeQuery("SELECT count(*) FROM decompositions WHERE checkpoint = ? AND status <> 'failed'")
    long ofCheckpoint(String checkpoint);

    /** One that has all matrices that are wanted, computed from equal weights in the same way. */
    @NativeQuery(
            """
            SELECT id FROM decompositions
            WHERE fingerprint = ? AND status = 'succeeded' AND (intruders OR NOT ?)
            ORDER BY id LIMIT 1""")
    Optional<String> equal(String fingerprint, boolean intruders);
}
