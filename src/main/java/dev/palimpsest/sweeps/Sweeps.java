package dev.palimpsest.sweeps;

import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;

/** All sweeps. */
interface Sweeps extends JpaRepository<Sweep, String> {
    List<Sweep> findByExperimentAndIdLessThanOrderByIdDesc(
            String experiment, String id, Limit limit);
}
