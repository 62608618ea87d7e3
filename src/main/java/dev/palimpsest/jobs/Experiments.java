package dev.palimpsest.jobs;

import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;

/** All experiments. */
public interface Experiments extends JpaRepository<Experiment, String> {
    /** One that is there, or the problem to answer. */
    default Experiment named(String id) {
        return findById(id).orElseThrow(() -> ExperimentController.missing(id));
    }

    /**
     * @throws dev.palimpsest.web.NotFound if there is none of that id
     */
    default void requireThere(String id) {
        if (!existsById(id)) throw ExperimentController.missing(id);
    }

    /** The newest first. */
    default Page<Experiment> page(Paging paging) {
        Limit limit = Limit.of(paging.limit() + 1);
        String after = paging.after();
        return Page.of(
                after == null
                        ? findByOrderByIdDesc(limit)
                        : findByIdLessThanOrderByIdDesc(after, limit),
                paging.limit(),
                Experiment::id);
    }

    /** Keeps it from being deleted until the transaction ends. */
    @Lock(LockModeType.PESSIMISTIC_READ)
    @Query("select experiment from Experiment experiment where experiment.id = :id")
    Optional<Experiment> findAndKeep(String id);

    /** Keeps jobs from being added until the transaction ends. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select experiment from Experiment experiment where experiment.id = :id")
    Optional<Experiment> findAndLock(String id);

    /** The newest of those that have a name. */
    Optional<Experiment> findFirstByNameOrderByIdDesc(String name);

    List<Experiment> findByOrderByIdDesc(Limit limit);

    List<Experiment> findByIdLessThanOrderByIdDesc(String after, Limit limit);
}
