package dev.palimpsest.studies;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.NativeQuery;

/** All studies. */
interface Studies extends JpaRepository<Study, String> {
    /** Locks the row until the transaction ends: every move begins here. */
    @NativeQuery("SELECT * FROM studies WHERE id = ? FOR UPDATE")
    Optional<Study> lock(String id);

    /** The study that made a sweep. */
    @NativeQuery("SELECT id FROM studies WHERE rate_sweep = :sweep OR grid_sweep = :sweep")
    Optional<String> ofSweep(String sweep);

    List<Study> findByExperimentAndIdLessThanOrderByIdDesc(
            String experiment, String id, Limit limit);

    /** The study whose grid a checkpoint comes from, if it waits for spectra. */
    @NativeQuery(
            """
            SELECT s.id FROM studies s JOIN jobs j ON j.sweep = s.grid_sweep
            JOIN checkpoints c ON c.job = j.id WHERE c.id = ? AND s.stage = 'spectra'""")
    Optional<String> waitingForSpectra(String checkpoint);
}
