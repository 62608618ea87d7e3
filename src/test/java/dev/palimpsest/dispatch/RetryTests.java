package dev.palimpsest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.jobs.Status;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

@ServiceTest
@TestPropertySource(
        properties = {
            "palimpsest.role=api",
            "palimpsest.retry.most-attempts=2",
            "palimpsest.retry.first-wait=1h",
            "palimpsest.retry.longest-wait=2h"
        })
class RetryTests {
    private static final long GIGABYTE = 1L << 30;

    @Autowired ApplicationContext context;
    @Autowired Jobs jobs;
    @Autowired JdbcClient database;
    private SomeJobs some;

    @BeforeEach
    void nothingWaits() {
        database.sql("delete from scheduled_tasks").update();
        some = new SomeJobs(context);
    }

    @Test
    void aFaultOfAMachineIsTriedAgainLaterAndNotForEver() {
        Job job = some.queued(some.experiment());
        try (IdleWorkers workers =
                new IdleWorkers(context, _ -> new Outcome.Failed("the disk is gone", "", true))) {
            workers.start("worker-1", "cpu", "{}", GIGABYTE);
            Awaitility.await().until(() -> waits(job, "interval '59 minutes'"));

            assertThat(read(job).status()).isEqualTo(Status.QUEUED);
            assertThat(read(job).attempt()).isEqualTo(1);
            database.sql("update scheduled_tasks set execution_time = now()").update();

            Awaitility.await().until(() -> read(job).status() == Status.FAILED);
        }
        assertThat(read(job).attempt()).isEqualTo(2);
        assertThat(read(job).errorTitle()).contains("the disk is gone; given up after 2 attempts");
    }

    @Test
    void aFaultOfTheSpecIsNotTriedAgain() {
        Job job = some.queued(some.experiment());
        try (IdleWorkers workers =
                new IdleWorkers(context, _ -> new Outcome.Failed("a row is no text", "", false))) {
            workers.start("worker-1", "cpu", "{}", GIGABYTE);
            Awaitility.await().until(() -> read(job).status() == Status.FAILED);
        }
        assertThat(read(job).attempt()).isEqualTo(1);
    }

    @Test
    void whatOutgrewADeviceIsTriedAgainOnALargerOneOnly() {
        Job job = some.queued(some.experiment());
        try (IdleWorkers workers =
                new IdleWorkers(
                        context,
                        turn ->
                                turn.attempt() == 1
                                        ? new Outcome.OutOfMemory("memory ran out", "a line")
                                        : new Outcome.Finished(10, 1))) {
            workers.start("small", "cpu", "{}", GIGABYTE);
            database.sql(
                            "insert into workers (id, device, memory_bytes, threads, started_at, last_heartbeat) values ('away', 'cpu', 4294967296, 1, now(), now())")
                    .update();
            Awaitility.await()
                    .until(() -> read(job).status() == Status.QUEUED && read(job).attempt() == 1);
            workers.start("equal", "cpu", "{}", GIGABYTE);
            workers.start("large", "cpu", "{}", 2 * GIGABYTE);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> read(job).status() == Status.SUCCEEDED);
        }
        assertThat(
                        database.sql(
                                        "select worker || ' ' || outcome from attempts where job = ? order by number")
                                .param(job.id())
                                .query(String.class)
                                .list())
                .containsExactly("small out_of_memory", "large finished");
    }

    @Test
    void whatADiskHasNoRoomForIsTriedAgainAndSaysWhatWouldMakeSome() {
        Job job = some.queued(some.experiment());
        try (IdleWorkers workers =
                new IdleWorkers(context, _ -> new Outcome.DiskFull("a disk is full", "a line"))) {
            workers.start("worker-1", "cpu", "{}", GIGABYTE);
            Awaitility.await().until(() -> waits(job, "interval '59 minutes'"));
            database.sql("update scheduled_tasks set execution_time = now()").update();
            Awaitility.await().until(() -> read(job).status() == Status.FAILED);
        }
        assertThat(read(job).errorTitle()).contains("a disk is full; given up after 2 attempts");
        assertThat(read(job).errorDetail().orElse("")).contains("palimpsest.home", "a line");
    }

    @Test
    void whatOutgrewTheLargestDeviceFailsWithAdvice() {
        Job job = some.queued(some.experiment());
        try (IdleWorkers workers =
                new IdleWorkers(
                        context, _ -> new Outcome.OutOfMemory("memory ran out", "a line"))) {
            workers.start("worker-1", "cpu", "{}", GIGABYTE);
            Awaitility.await().until(() -> read(job).status() == Status.FAILED);
        }
        assertThat(read(job).attempt()).isEqualTo(1);
        assertThat(read(job).errorDetail().orElse(""))
                .contains("micro_batch_size", "activation_checkpointing", "a line");
    }

    private boolean waits(Job job, String least) {
        return database.sql(
                        "select exists (select from scheduled_tasks where task_instance like ? and not picked and execution_time > now() + "
                                + least
                                + ")")
                .param(job.id() + "%")
                .query(Boolean.class)
                .single();
    }

    private Job read(Job job) {
        return jobs.findById(job.id()).orElseThrow();
    }
}
