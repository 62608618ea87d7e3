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

/** A worker that runs two jobs at once, beside one that takes none. */
class SlotsTests {
    private static final String ANYTHING = "{}";

    @TempDir Path home;
    private ConfigurableApplicationContext api;
    private ConfigurableApplicationContext worker;
    private SomeJobs some;
    private long third;

    @BeforeEach
    void aWorkerOfTwoSlots() {
        TestPostgres.Database database = TestPostgres.database();
        api = process("api", "nobody", database);
        worker = process("worker", "worker-1", database);
        some = new SomeJobs(api);
        third = workers().named("worker-1").device().memoryBytes() / 3;
    }

    @AfterEach
    void stop() {
        worker.close();
        api.close();
    }

    @Test
    void aCancelledJobLeavesTheOtherAlone() {
        String experiment = some.experiment();
        Job one = running(some.queued(experiment, ANYTHING, third));
        Job other = running(some.queued(experiment, ANYTHING, third));
        assertThat(workers().named("worker-1").currentJobs())
                .containsExactlyInAnyOrder(one.id(), other.id());

        cancel(one);

        assertThat(status(other)).isEqualTo(Status.RUNNING);
        assertThat(attempts(other)).hasSize(1);
        Job next = running(some.queued(experiment, ANYTHING, third));
        assertThat(workers().named("worker-1").currentJobs())
                .containsExactlyInAnyOrder(other.id(), next.id());
    }

    @Test
    void aDrainedWorkerHandsOverAllThatItRuns() {
        String experiment = some.experiment();
        Job one = running(some.queued(experiment, ANYTHING, third));
        Job other = running(some.queued(experiment, ANYTHING, third));

        workers().drain("worker-1");

        for (Job job : List.of(one, other)) {
            Awaitility.await().until(() -> status(job) == Status.QUEUED);
            assertThat(attempts(job)).extracting(Attempt::outcome).containsExactly("handed_back");
        }
        Awaitility.await().until(() -> workers().named("worker-1").currentJobs().isEmpty());
    }

    @Test
    void anUrgentJobHasAsManyMakeWayAsItNeedsTheRoomOf() {
        String experiment = some.experiment();
        Job low = running(some.queued(experiment, "{\"priority\": -2}", third));
        Job lower = running(some.queued(experiment, "{\"priority\": -3}", third));

        Job small = running(some.queued(experiment, "{\"priority\": 1}", third));
        assertThat(status(low)).isEqualTo(Status.RUNNING);
        assertThat(attempts(lower)).extracting(Attempt::outcome).containsExactly("handed_back");
        Job large = running(some.queued(experiment, "{\"priority\": 2}", 3 * third - (1L << 28)));

        for (Job job : List.of(low, small))
            assertThat(attempts(job)).extracting(Attempt::outcome).containsExactly("handed_back");
        assertThat(workers().named("worker-1").currentJobs()).containsExactly(large.id());
        assertThat(status(lower)).isEqualTo(Status.QUEUED);
    }

    private Job running(Job job) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> status(job) == Status.RUNNING && read(job).step() == 2);
        return job;
    }

    private void cancel(Job job) {
        api.getBean(Moves.class).of(job.id(), its -> its.cancel(Instant.EPOCH));
        Awaitility.await().until(() -> status(job) == Status.CANCELLED);
    }

    private ConfigurableApplicationContext process(
            String role, String id, TestPostgres.Database database) {
        return new SpringApplicationBuilder(Palimpsest.class, Obedient.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--palimpsest.role=" + role,
                        "--palimpsest.home=" + home,
                        "--palimpsest.worker.id=" + id,
                        "--palimpsest.worker.slots=2",
                        "--spring.datasource.url=" + database.url(),
                        "--spring.datasource.username=" + database.user(),
                        "--spring.datasource.password=" + database.password(),
                        "--spring.datasource.hikari.minimum-idle=1");
    }

    private Workers workers() {
        return api.getBean(Workers.class);
    }

    private Status status(Job job) {
        return read(job).status();
    }

    private List<Attempt> attempts(Job job) {
        return api.getBean(TransactionTemplate.class)
                .execute(_ -> List.copyOf(read(job).attempts().values()));
    }

    private Job read(Job job) {
        return api.getBean(Jobs.class).findById(job.id()).orElseThrow();
    }
}
