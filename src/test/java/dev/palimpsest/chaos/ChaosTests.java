package dev.palimpsest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.artifacts.Remains;
import dev.palimpsest.chaos.Cluster.Member;
import dev.palimpsest.worker.SmallRuns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.ResourceAccessException;
import tools.jackson.databind.JsonNode;

/**
 * Small real jobs while whatever can fail does, in an order that a seed draws. {@code
 * -Dpalimpsest.chaos.seconds=900 -Dpalimpsest.chaos.jobs=40 -Dpalimpsest.chaos.workers=4} is the
 * long one, {@code -Dpalimpsest.chaos.seed=1} draws another order.
 */
class ChaosTests {
    private static final Logger LOG = LoggerFactory.getLogger(ChaosTests.class);
    private static final int SECONDS = Integer.getInteger("palimpsest.chaos.seconds", 40);
    private static final int JOBS = Integer.getInteger("palimpsest.chaos.jobs", 4);
    private static final int WORKERS = Integer.getInteger("palimpsest.chaos.workers", 2);
    private static final int SEED = Integer.getInteger("palimpsest.chaos.seed", 17);

    /**
     * Longer than a worker may be silent: four heartbeats of a second, looked for at every second
     * one.
     */
    private static final Duration PAST_THE_LEASE = Duration.ofSeconds(9);

    private static final Duration MOST_BETWEEN = Duration.ofSeconds(6);
    private static final List<String> METHODS =
            List.of(
                    "{\"type\": \"full\"}",
                    "{\"type\": \"lora\", \"rank\": 4, \"alpha\": 8, \"dropout\": 0.1}");

    private static final String JOB =
            """
            {"experiment": "%%s", "dataset": {"train": "gsm8k-validation", "validation": "gsm8k-validation"}, "method": %s,
             "training": {"max_steps": 30, "batch_size": 8, "sequence_length": 64, "learning_rate": 1e-3},
             "checkpoints": {"every_steps": 5, "keep_last": 2},
             "evaluation": {"at": {"steps": [15]}, "limit": 4}}
            """;

    /** What can be done to a cluster. */
    private enum Fault {
        TRAINER_KILLED,
        WORKER_KILLED,
        WORKER_PAUSED,
        WORKER_CUT_OFF,
        DISK_FILLED,
        API_KILLED,
        POSTGRES_KILLED
    }

    @TempDir Path folder;
    private final Random random = new Random(SEED);
    private final Map<Fault, Integer> injected = new EnumMap<>(Fault.class);
    private final List<Fault> bag = new ArrayList<>();
    private List<Fault> kinds = List.of();
    private final Set<Member> disturbed = ConcurrentHashMap.newKeySet();
    private final List<Future<?>> going = new ArrayList<>();

    @Test
    void everyJobEndsAsAnUndisturbedOneWhateverFailsMeanwhile() throws Exception {
        try (Cluster cluster = new Cluster(folder, WORKERS, SEED);
                ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            kinds = kinds(cluster);
            SmallRuns runs = SmallRuns.on(cluster.service());
            Map<String, List<String>> undisturbed = new HashMap<>();
            for (String method : METHODS) {
                String job = runs.submitted(JOB.formatted(method));
                runs.until(job, "succeeded");
                undisturbed.put(method, runs.traces(job));
            }

            CompletableFuture<List<String>> submitted =
                    CompletableFuture.supplyAsync(() -> jobs(runs), beside);
            for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                    System.nanoTime() < end; ) {
                LockSupport.parkNanos(random.nextLong(MOST_BETWEEN.toNanos()));
                inject(cluster, beside);
            }
            for (Future<?> one : going) one.get(5, TimeUnit.MINUTES);
            List<String> jobs = submitted.get(5, TimeUnit.MINUTES);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2).plusSeconds(30L * JOBS))
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreException(ResourceAccessException.class)
                    .until(() -> jobs.stream().allMatch(job -> ended(runs.job(job))));

            LOG.info(
                    "{} jobs, faults injected: {}, attempts: {}",
                    JOBS,
                    injected,
                    cluster.database()
                            .sql(
                                    "select outcome || ' ' || count(*) from attempts group by outcome order by 1")
                            .query(String.class)
                            .list());
            LOG.info(
                    "attempts that failed: {}",
                    cluster.database()
                            .sql("select reason from attempts where outcome = 'failed'")
                            .query(String.class)
                            .list());
            assertThat(
                            runs.api()
                                    .get("jobs?limit=1000&experiment=" + runs.experiment())
                                    .get("data")
                                    .size())
                    .as("jobs, those that were not disturbed among them")
                    .isEqualTo(JOBS + METHODS.size());
            for (int i = 0; i < JOBS; i++) {
                JsonNode job = runs.job(jobs.get(i));
                assertThat(job.get("status").stringValue())
                        .as(job.toString())
                        .isEqualTo("succeeded");
                assertThat(runs.traces(jobs.get(i)))
                        .as(job.toString())
                        .isEqualTo(undisturbed.get(method(i)));
                assertOneAtATime(job);
            }
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> entries(cluster) == 0);
            assertNothingIsLeft(cluster, Files.createDirectory(folder.resolve("cache")));
        }
    }

    private static long entries(Cluster cluster) {
        return cluster.database()
                .sql("select count(*) from scheduled_tasks where task_name = 'job'")
                .query(Long.class)
                .single();
    }

    /**
     * No process, and after a sweep no file that no row names, while all that rows name is there.
     */
    private static void assertNothingIsLeft(Cluster cluster, Path cache) throws Exception {
        cluster.stop();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(cluster.processes()).isEmpty());
        try (Remains remains = cluster.remains()) {
            int before = remains.unnamed().size();
            int stored = remains.stored().size();

            remains.sweep();

            LOG.info(
                    "the sweep took {} folders and {} objects that no row named",
                    before - remains.unnamed().size(),
                    stored - remains.stored().size());
            assertThat(remains.unnamed()).isEmpty();
            assertThat(remains.stored()).isEqualTo(remains.named());
            remains.verify(cache);
        }
    }

    private static List<Fault> kinds(Cluster cluster) {
        if (cluster.hasSmallDisks()) return List.of(Fault.values());
        LOG.warn("no disk is filled, as no disk of its own can be given to a worker here");
        return Stream.of(Fault.values()).filter(kind -> kind != Fault.DISK_FILLED).toList();
    }

    /** Submits each job until it is answered, by a key that makes it the same one. */
    private static List<String> jobs(SmallRuns runs) {
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < JOBS; i++) {
            String key = "chaos-" + i;
            String spec = JOB.formatted(method(i)).formatted(runs.experiment());
            jobs.add(
                    Awaitility.await()
                            .atMost(Duration.ofMinutes(5))
                            .pollInterval(Duration.ofMillis(500))
                            .ignoreExceptions()
                            .until(() -> posted(runs.api(), key, spec), id -> !id.isEmpty()));
        }
        return jobs;
    }

    private static String posted(Api api, String key, String spec) {
        JsonNode answer = api.post("jobs", spec, 202, Map.of("Idempotency-Key", key));
        return answer.get("id").stringValue();
    }

    private static String method(int job) {
        return METHODS.get(job % METHODS.size());
    }

    private static boolean ended(JsonNode job) {
        return job.path("status").asString("").matches("succeeded|failed|cancelled");
    }

    /** Each kind once, then each once more in another order; to whom, the seed draws too. */
    private Fault next() {
        if (bag.isEmpty()) {
            bag.addAll(kinds);
            Collections.shuffle(bag, random);
        }
        return bag.removeLast();
    }

    /** Begins a fault; what it needs to be over goes on beside the next ones. */
    private void inject(Cluster cluster, ExecutorService beside) {
        Fault fault = next();
        Member worker = cluster.workers().get(random.nextInt(WORKERS));
        Member struck = fault == Fault.API_KILLED ? cluster.api() : worker;
        if (fault == Fault.POSTGRES_KILLED || disturbed.add(struck)) {
            LOG.info("{}: {}", fault, fault == Fault.POSTGRES_KILLED ? "the database" : struck);
            injected.merge(fault, 1, Integer::sum);
            going.add(beside.submit(() -> strike(cluster, fault, struck)));
        }
    }

    private @Nullable Void strike(Cluster cluster, Fault fault, Member struck) throws Exception {
        switch (fault) {
            case TRAINER_KILLED -> struck.trainers().forEach(ProcessHandle::destroyForcibly);
            case WORKER_KILLED, API_KILLED -> {
                struck.kill();
                struck.start();
            }
            case WORKER_PAUSED -> {
                struck.signal("STOP");
                LockSupport.parkNanos(PAST_THE_LEASE.toNanos());
                struck.signal("CONT");
            }
            case WORKER_CUT_OFF -> {
                struck.way().cut();
                LockSupport.parkNanos(PAST_THE_LEASE.toNanos());
                struck.way().mend();
            }
            case DISK_FILLED -> {
                SmallDisk disk = struck.disk().orElseThrow();
                disk.fill();
                LockSupport.parkNanos(PAST_THE_LEASE.toNanos());
                disk.makeRoom();
            }
            case POSTGRES_KILLED -> cluster.restartPostgres();
        }
        if (fault != Fault.POSTGRES_KILLED) disturbed.remove(struck);
        return null;
    }

    /** No attempt began before the one before it had ended. */
    private static void assertOneAtATime(JsonNode job) {
        Instant free = Instant.MIN;
        for (JsonNode attempt : job.get("attempts")) {
            assertThat(Instant.parse(attempt.get("started_at").stringValue()))
                    .as(job.toString())
                    .isAfterOrEqualTo(free);
            free = Instant.parse(attempt.get("ended_at").stringValue());
        }
    }
}
