package dev.palimpsest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Palimpsest;
import dev.palimpsest.TestPostgres;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.worker.Pretending;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Two workers that share one database and one home folder, with trainers that compute nothing. */
class TwoWorkersTests {
    private static final String DEAD_ENTRY =
            """
            insert into scheduled_tasks
                (task_name, task_instance, execution_time, picked, picked_by, last_heartbeat, consecutive_failures, version)
            values ('job', :entry, now() - interval '1 hour', true, 'worker-0', now() - interval '1 hour', 0, 2)
            """;

    @TempDir static Path home;
    private static ConfigurableApplicationContext first;
    private static ConfigurableApplicationContext second;
    private static SomeJobs some;

    @BeforeAll
    static void twoWorkers() {
        TestPostgres.Database database = TestPostgres.database();
        first = worker("worker-1", database);
        second = worker("worker-2", database);
        some = new SomeJobs(first);
    }

    @AfterAll
    static void stop() {
        second.close();
        first.close();
    }

    @Test
    void noJobIsRunByBoth() {
        String experiment = some.experiment();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 8; i++) ids.add(some.queued(experiment).id());

        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () ->
                                assertThat(jobs().findAllById(ids))
                                        .extracting(Job::status)
                                        .containsOnly(Status.SUCCEEDED));

        assertThat(
                        database()
                                .sql("select count(*) from attempts where job = any(:ids)")
                                .param("ids", ids.toArray(new String[0]))
                                .query(Integer.class)
                                .single())
                .isEqualTo(8);
        assertThat(
                        database()
                                .sql(
                                        "select distinct worker from attempts where job = any(:ids) order by 1")
                                .param("ids", ids.toArray(new String[0]))
                                .query(String.class)
                                .list())
                .containsExactly("worker-1", "worker-2");
        assertThat(entries()).isZero();
    }

    @Test
    void aJobWhoseWorkerDiedIsRunByAnother() {
        Job job = some.queued(some.experiment());
        Awaitility.await().until(() -> status(job) == Status.SUCCEEDED);
        // as it would lie there had its worker died in the middle of it: picked, and silent since
        database().sql("alter table jobs disable trigger user").update();
        database()
                .sql("update jobs set status = 'running', ended_at = null where id = :id")
                .param("id", job.id())
                .update();
        database().sql("alter table jobs enable trigger user").update();
        database()
                .sql(
                        "update attempts set worker = 'worker-0', ended_at = null, outcome = null where job = :id")
                .param("id", job.id())
                .update();
        database().sql(DEAD_ENTRY).param("entry", job.id() + ".1").update();

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> status(job) == Status.SUCCEEDED);

        assertThat(
                        database()
                                .sql("select outcome from attempts where job = :id order by number")
                                .param("id", job.id())
                                .query(String.class)
                                .list())
                .containsExactly("lost", "finished");
        assertThat(
                        database()
                                .sql("select reason from attempts where job = :id and number = 1")
                                .param("id", job.id())
                                .query(String.class)
                                .single())
                .startsWith("worker-0 stopped answering in attempt 1");
    }

    @Test
    void aJobOfALaterVersionIsLeftToWorkersOfThatVersion() {
        Job job = some.queued(some.experiment());
        Awaitility.await().until(() -> status(job) == Status.SUCCEEDED);
        // as a later version would have queued it: with what nobody here can read
        database().sql("alter table jobs disable trigger user").update();
        database()
                .sql(
                        """
                        update jobs set status = 'queued', ended_at = null, attempt = 0,
                            spec = spec || '{"version": 2, "method": {"type": "unheard of"}}'
                        where id = :id""")
                .param("id", job.id())
                .update();
        database().sql("delete from attempts where job = :id").param("id", job.id()).update();
        database().sql("alter table jobs enable trigger user").update();
        database()
                .sql(
                        "insert into scheduled_tasks (task_name, task_instance, execution_time, picked, version) values ('job', :entry, :now, false, 1)")
                .param("entry", job.id() + ".1")
                .param("now", java.sql.Timestamp.from(java.time.Instant.EPOCH))
                .update();

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> entry(job, "not picked and execution_time > now()"));

        assertThat(entry(job, "consecutive_failures = 0")).isTrue();
        assertThat(
                        database()
                                .sql("select status || attempt from jobs where id = :id")
                                .param("id", job.id())
                                .query(String.class)
                                .single())
                .isEqualTo("queued0");
        database().sql("delete from scheduled_tasks").update();
    }

    private static boolean entry(Job job, String is) {
        return database()
                .sql(
                        "select count(*) = 1 from scheduled_tasks where task_instance = :entry and "
                                + is)
                .param("entry", job.id() + ".1")
                .query(Boolean.class)
                .single();
    }

    private static ConfigurableApplicationContext worker(
            String id, TestPostgres.Database database) {
        return new SpringApplicationBuilder(Palimpsest.class, Pretending.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "palimpsest.role=worker",
                        "palimpsest.home=" + home,
                        "palimpsest.worker.id=" + id,
                        "spring.datasource.url=" + database.url(),
                        "spring.datasource.username=" + database.user(),
                        "spring.datasource.password=" + database.password(),
                        "db-scheduler.heartbeat-interval=1s")
                .run();
    }

    private static Status status(Job job) {
        return jobs().findById(job.id()).orElseThrow().status();
    }

    private static int entries() {
        return database().sql("select count(*) from scheduled_tasks").query(Integer.class).single();
    }

    private static Jobs jobs() {
        return first.getBean(Jobs.class);
    }

    private static JdbcClient database() {
        return first.getBean(JdbcClient.class);
    }
}
