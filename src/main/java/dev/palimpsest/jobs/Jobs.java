package dev.palimpsest.jobs;

import dev.palimpsest.web.NotFound;
import jakarta.persistence.LockModeType;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.EntityGraph;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;

/** All jobs. */
public interface Jobs extends JpaRepository<Job, String> {
    /** One that is there, or the problem to answer. */
    default Job named(String id) {
        return findById(id).orElseThrow(() -> missing(id));
    }

    /** The same with its row locked until the transaction ends. */
    default Job locked(String id) {
        return findAndLock(id).orElseThrow(() -> missing(id));
    }

    /**
     * @throws NotFound if there is none of that id
     */
    default void requireThere(String id) {
        if (!existsById(id)) throw missing(id);
    }

    private static NotFound missing(String id) {
        return new NotFound("there is no job " + id + "; GET /api/v1/jobs lists them");
    }

    /** The job with its row locked until the transaction ends: every move begins here. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select job from Job job where job.id = :id")
    Optional<Job> findAndLock(String id);

    /** The version of a job's spec, which is not read for it. */
    @NativeQuery("select coalesce(cast(spec ->> 'version' as integer), 1) from jobs where id = :id")
    Optional<Integer> specVersion(String id);

    List<Job> findByExperimentOrderById(String experiment);

    /** With the trunks that branches wait for. */
    @EntityGraph(attributePaths = "trunk")
    List<Job> findBySweepOrderByCell(String sweep);

    boolean existsBySweepAndStatusIn(String sweep, Collection<Status> statuses);

    /** The trunk of a branch. */
    @Query("select job.trunk.id from Job job where job.id = :id")
    Optional<String> trunkOf(String id);

    /** The branches of a job that have a status, their rows locked until the transaction ends. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query(
            "select job from Job job where job.trunk.id = :trunk and job.status = :status order by job.id")
    List<Job> findAndLockBranches(String trunk, Status status);

    /** The trunks of a sweep's branches, their rows locked until the transaction ends. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query(
            "select job from Job job where job.id in (select branch.trunk.id from Job branch where branch.sweep = :sweep) order by job.id")
    List<Job> findAndLockTrunksOf(String sweep);

    /** All jobs of a sweep, their rows locked until the transaction ends. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select job from Job job where job.sweep = :sweep order by job.id")
    List<Job> findAndLockBySweep(String sweep);

    /** With all they made: the database deletes what refers to them. */
    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery("delete from jobs where experiment = :experiment")
    void deleteByExperiment(String experiment);
}
