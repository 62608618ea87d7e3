package dev.palimpsest.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.SettableClock;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.SomeJobs;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

/** What is read from the database for whoever watches the service. */
@ServiceTest
@TestPropertySource(properties = {"palimpsest.role=api", "palimpsest.worker.heartbeat=6s"})
class GaugesTests {
    private static final String WORKER =
            """
            insert into workers (id, device, memory_bytes, threads, current_job, started_at, last_heartbeat, used_bytes, peak_bytes)
            values (:id, :device, 1000, 2, :job, :heard, :heard, :used, :used)
            """;
    private static final String RATE =
            """
            insert into metric_series (job, key, step, value, at, points)
            values (:job, 'train/tokens_per_second', 1, cast(:rate as double precision), :at, 1)
            """;

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @Autowired SettableClock clock;
    private SomeJobs some;

    @BeforeEach
    void nothing() {
        for (String table : List.of("workers", "scheduled_tasks", "evaluations", "jobs"))
            database.sql("delete from " + table).update();
        some = new SomeJobs(context);
        clock.advance(Duration.ofMinutes(10));
    }

    @Test
    void jobsAreCountedByStatusAndTheQueueByItsWork() {
        String experiment = some.experiment();
        some.queued(experiment);
        clock.advance(Duration.ofSeconds(30));
        some.queued(experiment);
        database.sql(
                        "insert into scheduled_tasks (task_name, task_instance, execution_time, picked, version) values"
                                + " ('device', 'export export_1', :at, false, 1), ('device', 'scoring scoring_1', :at, true, 1)")
                .param("at", Timestamp.from(clock.instant()))
                .update();
        clock.advance(Duration.ofSeconds(12));

        assertThat(scraped())
                .contains(
                        "palimpsest_jobs{status=\"queued\"} 2.0",
                        "palimpsest_jobs{status=\"failed\"} 0.0",
                        "palimpsest_queue_length{device_class=\"any\",work=\"job\"} 2.0",
                        "palimpsest_queue_length{device_class=\"any\",work=\"export\"} 1.0",
                        "palimpsest_queue_oldest_seconds{device_class=\"any\",work=\"job\"} 42.0",
                        "palimpsest_queue_oldest_seconds{device_class=\"any\",work=\"export\"} 12.0")
                .noneMatch(line -> line.contains("scoring"));
    }

    @Test
    void anEmptyServiceHasZeros() {
        assertThat(scraped())
                .contains(
                        "palimpsest_jobs{status=\"running\"} 0.0",
                        "palimpsest_queue_length{device_class=\"any\",work=\"job\"} 0.0",
                        "palimpsest_queue_oldest_seconds{device_class=\"any\",work=\"job\"} 0.0",
                        "palimpsest_workers{device_class=\"cpu\",status=\"busy\"} 0.0",
                        "palimpsest_evaluation_examples_per_second 0.0");
    }

    @Test
    void ofWorkersThoseThatAreHeardOfCount() {
        String experiment = some.experiment();
        worker("one", "cuda:0", some.queued(experiment), 700L, 100, 0);
        worker("two", "cuda:1", some.queued(experiment), 300L, 50, 0);
        worker("three", "cuda:0", some.queued(experiment), 200L, Double.NaN, 0);
        worker("idle", "cpu", null, null, 0, 0);
        worker("lost", "cpu", null, 400L, 0, 31);

        assertThat(scraped())
                .contains(
                        "palimpsest_workers{device_class=\"cuda\",status=\"busy\"} 3.0",
                        "palimpsest_workers{device_class=\"cuda\",status=\"lost\"} 0.0",
                        "palimpsest_workers{device_class=\"cpu\",status=\"idle\"} 1.0",
                        "palimpsest_workers{device_class=\"cpu\",status=\"lost\"} 1.0",
                        "palimpsest_training_tokens_per_second{device_class=\"cuda\"} 150.0",
                        "palimpsest_training_tokens_per_second{device_class=\"cpu\"} 0.0",
                        "palimpsest_device_memory_bytes{device=\"cpu\",worker=\"idle\"} 1000.0",
                        "palimpsest_device_memory_used_bytes{device=\"cuda:0\",worker=\"one\"} 700.0",
                        "palimpsest_device_memory_used_bytes{device=\"cpu\",worker=\"idle\"} 0.0",
                        "palimpsest_device_memory_peak_bytes{device=\"cuda:1\",worker=\"two\"} 300.0")
                .noneMatch(line -> line.contains("worker=\"lost\""));
    }

    @Test
    void whatWasScoredInTheLastMinutesIsTheRate() {
        for (int age : List.of(10, 299, 301))
            database.sql(
                            "insert into evaluations (id, fingerprint, model, task, convention, metrics, items, created_at)"
                                    + " values (:id, :id, 'tiny', 'task', 'lm_eval', '{}', 150, :at)")
                    .param("id", "eval_" + age)
                    .param("at", Timestamp.from(clock.instant().minusSeconds(age)))
                    .update();

        assertThat(scraped()).contains("palimpsest_evaluation_examples_per_second 1.0");
    }

    @Test
    void theDatabaseIsAskedOnceInSomeSeconds() {
        assertThat(scraped()).contains("palimpsest_jobs{status=\"queued\"} 0.0");
        some.queued(some.experiment());
        clock.advance(Duration.ofSeconds(5));

        assertThat(scraped()).contains("palimpsest_jobs{status=\"queued\"} 0.0");
        clock.advance(Duration.ofSeconds(1));
        assertThat(scraped()).contains("palimpsest_jobs{status=\"queued\"} 1.0");
    }

    @Test
    void anEmptyPoolIsToldAndKeepsNobodyFromAsking() {
        health("pool", 503, "EMPTY");
        health("readiness", 200, "UP");
        health("liveness", 200, "UP");
        worker("here", "cpu", null, null, 0, 0);
        health("pool", 200, "UP");
    }

    @Test
    void aDatabaseThatIsOlderThanTheProgramIsNotReady() {
        String newest = "(select max(installed_rank) from flyway_schema_history)";
        database.sql(
                        "update flyway_schema_history set success = false where installed_rank = "
                                + newest)
                .update();
        try {
            health("readiness", 503, "OUT_OF_SERVICE");
            health("liveness", 200, "UP");
        } finally {
            database.sql("update flyway_schema_history set success = true").update();
        }
        health("readiness", 200, "UP");
    }

    private void health(String group, int status, String word) {
        client.get()
                .uri("/actuator/health/" + group)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo(word);
    }

    private void worker(
            String id,
            String device,
            @Nullable Job job,
            @Nullable Long used,
            double rate,
            int silence) {
        Timestamp heard = Timestamp.from(clock.instant().minusSeconds(silence));
        database.sql(WORKER)
                .param("id", id)
                .param("device", device)
                .param("job", job == null ? null : job.id())
                .param("heard", heard)
                .param("used", used)
                .update();
        if (job != null)
            database.sql(RATE)
                    .param("job", job.id())
                    .param("rate", Double.toString(rate))
                    .param("at", heard)
                    .update();
    }

    private List<String> scraped() {
        return client.get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody()
                .lines()
                .toList();
    }
}
