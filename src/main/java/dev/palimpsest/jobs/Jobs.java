package dev.palimpsest.jobs;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;

/** All jobs. */
public interface Jobs extends JpaRepository<Job, String> {
    /** The job with its row locked until the transaction ends: every move begins here. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select job from Job job where job.id = :id")
    Optional<Job> findAndLock(String id);

    List<Job> findByExperimentOrderById(String experiment);

    List<Job> findBySweepOrderByCell(String sweep);

    /** All jobs of a sweep, their rows locked until the transaction ends. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select job from Job job where job.sweep = :sweep order by job.id")
    List<Job> findAndLockBySweep(String sweep);

    /** With all they made: the database deletes what refers to them. */
    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery("delete from jobs where experiment = :experiment")
    void deleteByExperiment(String experiment);
}
