package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Palimpsest;
import dev.palimpsest.TestPostgres;
import dev.palimpsest.jobs.Attempt;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Moves;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.jobs.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

/** Two workers that share a database; who drains one knows neither of them. */
class DrainTests {
    @TempDir Path home;
    private ConfigurableApplicationContext api;
    private ConfigurableApplicationContext first;
    private ConfigurableApplicationContext second;
    private SomeJobs some;

    @BeforeEach
    void twoWorkers() {
        TestPostgres.Database database = TestPostgres.database();
        api = process("api", "nobody", database);
        first = process("worker", "worker-1", database);
        second = process("worker", "worker-2", database);
        some = new SomeJobs(api);
    }

    @AfterEach
    void stop() {
        second.close();
        first.close();
        api.close();
    }

    @Test
    void whatADrainedWorkerRunsGoesOnWithAnother() {
        workers().cordon("worker-2");
        Job job = some.queued(some.experiment());
        Awaitility.await().until(() -> step(job) == 2);
        workers().uncordon("worker-2");

        workers().drain("worker-1");

        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> attempts(job).size() == 2 && status(job) == Status.RUNNING);
        assertThat(attempts(job))
                .extracting(Attempt::worker)
                .containsExactly("worker-1", "worker-2");
        assertThat(attempts(job).getFirst().outcome()).isEqualTo("handed_back");
        assertThat(attempts(job).getFirst().reason()).isEqualTo("worker worker-1 is drained");
        assertThat(workers().named("worker-1").drained()).isTrue();
        cancel(job);
    }

    @Test
    void anIdleWorkerHearsOfAJobThatAnotherProcessTakesIn() {
        for (int i = 0; i < 5; i++) {
            Instant before = Instant.now();
            Job job = some.queued(some.experiment());
            Awaitility.await().until(() -> status(job) == Status.RUNNING);
            System.out.printf(
                    "from submission to the attempt's start: %d ms%n",
                    Duration.between(before, attempts(job).getFirst().startedAt()).toMillis());
            cancel(job);
        }
    }

    @Test
    void aCordonedWorkerEndsWhatItRunsAndTakesNothingNew() {
        workers().cordon("worker-2");
        Job running = some.queued(some.experiment());
        Awaitility.await().until(() -> step(running) == 2);
        workers().cordon("worker-1");
        Job waiting = some.queued(some.experiment());

        workers().uncordon("worker-2");
        Awaitility.await().until(() -> status(waiting) == Status.RUNNING);

        assertThat(status(running)).isEqualTo(Status.RUNNING);
        assertThat(attempts(waiting)).extracting(Attempt::worker).containsExactly("worker-2");
        cancel(running);
        cancel(waiting);
    }

    private void cancel(Job job) {
        api.getBean(Moves.class).of(job.id(), its -> its.cancel(Instant.EPOCH));
        Awaitility.await().until(() -> status(job) == Status.CANCELLED);
    }

    private ConfigurableApplicationContext process(
            String role, String id, TestPostgres.Database database) {
        return new SpringApplicationBuilder(Palimpsest.class, Obedient.class)
                .web(WebApplicationType.NONE)
                // as arguments, for what application.yml says goes before a builder's properties
                .run(
                        "--palimpsest.role=" + role,
                        "--palimpsest.home=" + home,
                        "--palimpsest.worker.id=" + id,
                        "--spring.datasource.url=" + database.url(),
                        "--spring.datasource.username=" + database.user(),
                        "--spring.datasource.password=" + database.password(),
                        "--spring.datasource.hikari.minimum-idle=1",
                        // whatever is taken, a worker has heard of
                        "--db-scheduler.polling-interval=1h",
                        "--db-scheduler.heartbeat-interval=1s");
    }

    private Workers workers() {
        return api.getBean(Workers.class);
    }

    private Status status(Job job) {
        return read(job).status();
    }

    private long step(Job job) {
        return read(job).step();
    }

    private List<Attempt> attempts(Job job) {
        return api.getBean(TransactionTemplate.class)
                .execute(_ -> List.copyOf(read(job).attempts().values()));
    }

    private Job read(Job job) {
        return api.getBean(Jobs.class).findById(job.id()).orElseThrow();
    }
}
