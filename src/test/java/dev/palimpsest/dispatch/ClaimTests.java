package dev.palimpsest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.projects.CurrentProject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Percentage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/** What the queue gives to whom. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class ClaimTests {
    private static final long GIGABYTE = 1L << 30;
    private static final String ANYTHING = "{}";

    private static final String WORKER =
            """
            insert into workers (id, device, memory_bytes, threads, started_at, last_heartbeat, models, datasets)
            values (:id, 'cpu', 1073741824, 1, now(), now(), cast(:models as text[]), cast(:datasets as text[]))
            """;

    private static final String SHARES =
            "select project, count(*) as jobs from jobs where id = any(:jobs) group by project";

    @Autowired ApplicationContext context;
    @Autowired Jobs jobs;
    @Autowired JdbcClient database;
    private SomeJobs some;

    @BeforeEach
    void nothingWaits() {
        database.sql("delete from scheduled_tasks").update();
        database.sql("delete from device_use").update();
        database.sql("delete from attempts").update();
        database.sql("delete from workers").update();
        some = new SomeJobs(context);
    }

    @Test
    void aWorkerIsGivenOnlyWhatItCanHold() {
        String experiment = some.experiment();
        List<Job> others =
                List.of(
                        some.queued(experiment, "{\"device_class\": \"h200\"}", 0),
                        some.queued(experiment, ANYTHING, 3 * GIGABYTE),
                        some.queued(experiment, "{\"labels\": {\"zone\": \"b\"}}", 0),
                        some.queued(
                                experiment,
                                "{\"labels\": {\"zone\": \"a\", \"ssd\": \"yes\"}}",
                                0));
        Job held =
                some.queued(
                        experiment,
                        "{\"device_class\": \"cpu\", \"labels\": {\"zone\": \"a\"}}",
                        2 * GIGABYTE);

        try (IdleWorkers workers = new IdleWorkers(context)) {
            workers.start("small", "slow-cpu", "{\"zone\": \"a\"}", 2 * GIGABYTE);
            done(List.of(held));
        }

        assertThat(others).extracting(this::status).containsOnly(Status.QUEUED);
        assertThat(others)
                .allSatisfy(
                        job ->
                                assertThat(jobs.findById(job.id()).orElseThrow().attempt())
                                        .isZero());
    }

    @Test
    void aWorkerWhoseDiskIsFullIsGivenNothing() {
        Job job = some.queued(some.experiment(), ANYTHING, 0);

        try (IdleWorkers workers = new IdleWorkers(context)) {
            database.sql(
                            "insert into workers (id, device, disk_full, memory_bytes, threads, started_at, last_heartbeat) values ('full', 'cpu', true, 1, 1, now(), now())")
                    .update();
            assertThat(claimedBy("full")).isZero();
            workers.start("roomy", "cpu", ANYTHING, GIGABYTE);
            done(List.of(job));
        }
    }

    @Test
    void priorityGoesBeforeAge() {
        String experiment = some.experiment();
        Job low = some.queued(experiment, "{\"priority\": -1}", 0);
        Job old = some.queued(experiment, ANYTHING, 0);
        Job young = some.queued(experiment, ANYTHING, 0);
        Job high =
                some.queued(experiment, "{\"priority\": 7, \"device_class\": \"cpu\"}", GIGABYTE);
        database.sql(
                        "update scheduled_tasks set execution_time = execution_time + interval '1 second' where task_instance like ?")
                .param(young.id() + "%")
                .update();

        Queue<String> begun = new ConcurrentLinkedQueue<>();
        try (IdleWorkers workers = new IdleWorkers(context, turn -> noted(turn, begun))) {
            workers.start("one", "cpu", ANYTHING, 2 * GIGABYTE);
            done(List.of(low, old, young, high));
        }

        assertThat(begun).containsExactly(high.id(), old.id(), young.id(), low.id());
    }

    @Test
    void projectsShareTheDevicesByTheirWeights() {
        Map<String, Double> weights = Map.of("first", 1.0, "second", 1.0, "third", 2.0);
        weights.forEach(
                (project, weight) -> {
                    database.sql(
                                    "insert into projects (id, weight) values (?, ?) on conflict (id) do update set weight = excluded.weight")
                            .param(project)
                            .param(weight)
                            .update();
                    in(project, 210);
                });

        Queue<String> begun = new ConcurrentLinkedQueue<>();
        try (IdleWorkers workers = new IdleWorkers(context, turn -> noted(turn, begun))) {
            for (int i = 0; i < 8; i++) workers.start("worker-" + i, "cpu", ANYTHING, GIGABYTE);
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> begun.size() >= 400);
        }

        Map<String, Object> shares = new TreeMap<>();
        database.sql(SHARES)
                .param("jobs", begun.stream().limit(400).toArray(String[]::new))
                .query(
                        row -> {
                            shares.put(row.getString("project"), row.getLong("jobs"));
                        });
        weights.forEach(
                (project, weight) ->
                        assertThat(((Number) shares.get(project)).doubleValue())
                                .as(shares.toString())
                                .isCloseTo(100 * weight, Percentage.withPercentage(5)));
    }

    @Test
    void ofAThousandJobsNoneIsClaimedTwice() {
        String experiment = some.experiment();
        List<Job> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) all.add(some.queued(experiment, ANYTHING, 0));

        try (IdleWorkers workers = new IdleWorkers(context)) {
            for (int i = 0; i < 8; i++) workers.start("worker-" + i, "cpu", ANYTHING, GIGABYTE);
            Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> entries() == 0);
        }

        assertThat(attempts()).isEqualTo(1_000);
        assertThat(
                        database.sql(
                                        "select count(distinct job) from attempts where outcome = 'finished'")
                                .query(Long.class)
                                .single())
                .isEqualTo(1_000);
        assertThat(
                        database.sql("select count(distinct worker) from attempts")
                                .query(Long.class)
                                .single())
                .isEqualTo(8);
    }

    @Test
    void aProjectRunsNoMoreJobsAtATimeThanItsQuotaSays() {
        database.sql(
                        "insert into projects (id, most_running_jobs) values ('bounded', 2), ('free', null) on conflict do nothing")
                .update();
        List<Job> bounded = in("bounded", 6);
        List<Job> free = in("free", 2);
        AtomicInteger running = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(1);

        try (IdleWorkers workers =
                new IdleWorkers(
                        context,
                        _ -> {
                            running.incrementAndGet();
                            await(enough);
                            return new Outcome.Finished(10, 1);
                        })) {
            for (int i = 0; i < 5; i++) workers.start("worker-" + i, "cpu", ANYTHING, GIGABYTE);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> running.get() == 4);
            assertThat(free).extracting(this::status).containsOnly(Status.RUNNING);
            assertThat(bounded).filteredOn(job -> status(job) == Status.RUNNING).hasSize(2);
            assertThat(claimedBy("worker-4")).isZero();
            enough.countDown();
            done(bounded);
        }
    }

    private long claimedBy(String worker) {
        return database.sql("select count(*) from claim_entries(?, now(), 1)")
                .param(worker)
                .query(Long.class)
                .single();
    }

    @Test
    void ofJobsThatCameWithinFiveMinutesAWorkerTakesThoseFirstWhoseModelItHas() {
        String elsewhere = some.experimentOn("elsewhere");
        String here = some.experimentOn("here");
        Job first = waiting(some.queued(elsewhere), "10 minutes");
        Job soon = waiting(some.queued(here), "6 minutes");
        Job late = waiting(some.queued(here), "4 minutes");
        Job higher = some.queued(elsewhere, "{\"priority\": 1}", 0);
        worker("holder", "{here}", "{}");

        assertThat(inTurn("holder", 4))
                .containsExactly(higher.id(), soon.id(), first.id(), late.id());
    }

    @Test
    void whatAnIdleWorkerHasTheModelOfIsLeftToItForTwoSeconds() {
        Job job = fresh(some.experimentOn("here"));
        worker("other", "{elsewhere}", "{}");
        worker("holder", "{here}", "{}");

        assertThat(claimed("other")).isEmpty();
        waiting(job, "3 seconds");
        assertThat(claimed("other")).contains(job.id());
    }

    @Test
    void aJobWaitsForNoWorkerThatIsBusyOrTakesNothingOrHasEnoughToDo() {
        String experiment = some.experimentOn("here");
        Job first = fresh(experiment);
        worker("busy", "{here}", "{}");
        worker("other", "{}", "{}");
        assertThat(claimed("other")).as("it is left to the holder").isEmpty();
        assertThat(claimed("busy")).contains(first.id());

        fresh(experiment);
        assertThat(claimed("other")).as("the holder is busy").isPresent();
        worker("cordoned", "{here}", "{}");
        database.sql("update workers set cordoned_at = now() where id = 'cordoned'").update();
        worker("another", "{}", "{}");
        fresh(experiment);
        assertThat(claimed("another")).as("the holder is cordoned").isPresent();

        worker("idle", "{here}", "{}");
        worker("last", "{}", "{}");
        fresh(experiment);
        fresh(experiment);
        assertThat(claimed("last")).as("two wait for one holder").isPresent();
    }

    @Test
    void ofJobsOnOneModelAWorkerTakesThoseFirstWhoseDatasetItHas() {
        String experiment = some.experimentOn("here");
        Job old = waiting(some.queued(experiment), "10 minutes");
        Job held = waiting(some.queued(experiment), "9 minutes");
        Job late = waiting(some.queued(experiment), "3 minutes");
        database.sql("update scheduled_tasks set dataset = 'other' where task_instance like ?")
                .param(old.id() + "%")
                .update();
        worker("holder", "{here}", "{gsm8k-train}");

        assertThat(inTurn("holder", 3)).containsExactly(held.id(), old.id(), late.id());
    }

    @Test
    void aWorkerIsGivenSeveralJobsWhereTheirMemoryFitsTogether() {
        String experiment = some.experiment();
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 3; i++) jobs.add(some.queued(experiment, ANYTHING, GIGABYTE * 2 / 5));
        worker("large", "{}", "{}");
        database.sql("update workers set slots = 4").update();

        assertThat(claimed("large")).isPresent();
        assertThat(claimed("large")).isPresent();
        assertThat(claimed("large")).as("two fifths are less than is left").isEmpty();
        ended(jobs.getFirst());
        assertThat(claimed("large")).contains(jobs.getLast().id());
    }

    @Test
    void aWorkerRunsNoMoreJobsThanItHasSlots() {
        String experiment = some.experiment();
        for (int i = 0; i < 3; i++) some.queued(experiment, ANYTHING, GIGABYTE / 16);
        worker("large", "{}", "{}");
        database.sql("update workers set slots = 2").update();

        assertThat(
                        database.sql("select count(*) from claim_entries('large', now(), 8)")
                                .query(Long.class)
                                .single())
                .isEqualTo(2);
    }

    @Test
    void whatNobodyPlannedTheMemoryOfHasTheDeviceForItself() {
        String experiment = some.experiment();
        Job unplanned = waiting(some.queued(experiment), "20 seconds");
        Job planned = waiting(some.queued(experiment, ANYTHING, GIGABYTE / 16), "10 seconds");
        worker("large", "{}", "{}");
        database.sql("update workers set slots = 4").update();

        assertThat(claimed("large")).contains(unplanned.id());
        assertThat(claimed("large")).isEmpty();
        ended(unplanned);
        assertThat(claimed("large")).contains(planned.id());
    }

    @Test
    void whatWaitsForRoomIsOvertakenByItsEqualsForAMinute() {
        String experiment = some.experiment();
        Job first = waiting(some.queued(experiment, ANYTHING, GIGABYTE / 16), "50 seconds");
        Job large = waiting(some.queued(experiment, ANYTHING, GIGABYTE), "40 seconds");
        Job lower =
                waiting(some.queued(experiment, "{\"priority\": -1}", GIGABYTE / 16), "30 seconds");
        worker("large", "{}", "{}");
        worker("small", "{}", "{}");
        database.sql("update workers set slots = 4").update();
        database.sql("update workers set memory_bytes = memory_bytes / 2 where id = 'small'")
                .update();
        assertThat(claimed("large")).contains(first.id());

        assertThat(claimed("large")).as("of a lower priority").isEmpty();
        Job equal = waiting(some.queued(experiment, ANYTHING, GIGABYTE / 16), "20 seconds");
        assertThat(claimed("large")).contains(equal.id());
        Job late = waiting(some.queued(experiment, ANYTHING, GIGABYTE / 16), "10 seconds");
        waiting(large, "61 seconds");
        assertThat(claimed("large")).as("a minute later").isEmpty();
        assertThat(claimed("small")).as("which could never hold it").contains(late.id());
        ended(first);
        ended(equal);
        assertThat(claimed("large")).contains(large.id());
        assertThat(status(lower)).isEqualTo(Status.QUEUED);
    }

    private void ended(Job job) {
        database.sql("delete from scheduled_tasks where task_instance like ?")
                .param(job.id() + "%")
                .update();
    }

    private Job fresh(String experiment) {
        return waiting(some.queued(experiment), "0 seconds");
    }

    private Job waiting(Job job, String since) {
        database.sql(
                        "update scheduled_tasks set execution_time = now() - cast(:since as interval) where task_instance like :job")
                .param("since", since)
                .param("job", job.id() + "%")
                .update();
        return job;
    }

    private void worker(String id, String models, String datasets) {
        database.sql(WORKER)
                .param("id", id)
                .param("models", models)
                .param("datasets", datasets)
                .update();
    }

    /** One after another, each done at once. */
    private List<String> inTurn(String worker, int count) {
        List<String> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            turns.add(claimed(worker).orElseThrow());
            database.sql("delete from scheduled_tasks where picked_by = ?").param(worker).update();
        }
        return turns;
    }

    private Optional<String> claimed(String worker) {
        return database.sql(
                        "select split_part(task_instance, '.', 1) from claim_entries(?, now(), 1)")
                .param(worker)
                .query(String.class)
                .optional();
    }

    private static Outcome noted(Turn turn, Queue<String> begun) {
        begun.add(turn.job());
        return new Outcome.Finished(10, 1);
    }

    private List<Job> in(String project, int count) {
        List<Job> queued = new ArrayList<>();
        try (CurrentProject.Stay _ = CurrentProject.enter(project)) {
            String experiment = some.experiment();
            for (int i = 0; i < count; i++) queued.add(some.queued(experiment, ANYTHING, 0));
        }
        return queued;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void done(List<Job> waited) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () ->
                                assertThat(waited)
                                        .extracting(this::status)
                                        .containsOnly(Status.SUCCEEDED));
    }

    private Status status(Job job) {
        return jobs.findById(job.id()).orElseThrow().status();
    }

    private long attempts() {
        return database.sql("select count(*) from attempts").query(Long.class).single();
    }

    private long entries() {
        return database.sql("select count(*) from scheduled_tasks").query(Long.class).single();
    }
}
