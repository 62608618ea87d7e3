package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.evaluation.Protocol;
import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Fenced;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.jobs.Turns;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.CheckpointPlan;
import dev.palimpsest.spec.CheckpointPlan.Points;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Exemplars;
import dev.palimpsest.trainer.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.unit.DataSize;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class SupervisionTests {
    private static final Duration GRACE = Duration.ofSeconds(1);

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired Home home;
    @Autowired Jobs jobs;
    @Autowired Turns turns;
    @Autowired Checkpoints checkpoints;
    @Autowired JdbcClient database;
    private SomeJobs some;
    private Job job;
    private @Nullable Duration timeLeft;

    @BeforeEach
    void aQueuedJob() {
        some = new SomeJobs(context);
        job = some.queued(some.experiment());
    }

    @Test
    void everythingATrainerSaysIsFiled() {
        Outcome outcome = run("good");

        assertThat(outcome).isEqualTo(new Outcome.Finished(10, 1L << 30));
        assertThat(count("metric_points")).isEqualTo(10);
        client.get()
                .uri("/api/v1/jobs/{id}/metrics?keys=train/loss&max_points=4", job.id())
                .exchange()
                .expectBody()
                .jsonPath("$.data[0].key")
                .isEqualTo("train/loss")
                .jsonPath("$.data[0].points.length()")
                .isEqualTo(4)
                .jsonPath("$.data[0].points[0].value")
                .isEqualTo(1.0)
                .jsonPath("$.data[0].points[3].step")
                .isEqualTo(10);
        client.get()
                .uri("/api/v1/jobs/{id}/evaluations", job.id())
                .exchange()
                .expectBody()
                .jsonPath("$.data.length()")
                .isEqualTo(6)
                .jsonPath("$.data[0].checkpoint")
                .isEmpty()
                .jsonPath("$.data[0].metrics.acc.value")
                .isEqualTo(0.5)
                .jsonPath("$.data[5].items")
                .isEqualTo(250);
    }

    @Test
    void aTrainerThatHasRunForItsTimeIsAskedToSaveAndEnd() {
        timeLeft = Duration.ofMillis(1);

        Outcome outcome = run("obedient");

        assertThat(outcome).isInstanceOf(Outcome.TimedOut.class);
    }

    @ParameterizedTest
    @CsvSource({"hoards", "bad-alloc"})
    void aTrainerThatRanOutOfMemorySaysSo(String mode) {
        Outcome outcome = run(mode);

        assertThat(outcome).isInstanceOf(Outcome.OutOfMemory.class);
        assertThat(((Outcome.OutOfMemory) outcome).reason()).contains("memory");
    }

    @Test
    void itemsArePagedAndHoldWhatWasGeneratedToTheCharacter() {
        run("good");
        String evaluation =
                database.sql("select evaluation from job_evaluations where job = :id limit 1")
                        .param("id", job.id())
                        .query(String.class)
                        .single();

        client.get()
                .uri("/api/v1/evaluations/{id}/items?limit=40&after=179", evaluation)
                .exchange()
                .expectBody()
                .jsonPath("$.data.length()")
                .isEqualTo(40)
                .jsonPath("$.data[0].index")
                .isEqualTo(180)
                .jsonPath("$.data[39].index")
                .isEqualTo(219)
                .jsonPath("$.data[0].options[0].text")
                .isEqualTo("yes\u0000")
                .jsonPath("$.has_more")
                .isEqualTo(true)
                .jsonPath("$.last_id")
                .isEqualTo("219");
        client.get()
                .uri("/api/v1/evaluations/{id}/items?limit=3&correct=false&after=100", evaluation)
                .exchange()
                .expectBody()
                .jsonPath("$.data[*].correct")
                .isEqualTo(List.of(false, false, false));
        String lines =
                client.get()
                        .uri("/api/v1/evaluations/{id}/items.jsonl", evaluation)
                        .exchange()
                        .expectHeader()
                        .contentType("application/x-ndjson")
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody();
        assertThat(lines.lines()).hasSize(250);
        assertThat(lines.lines().findFirst().orElseThrow())
                .matches("\\{\"index\":0,\"prompt_hash\":\"[0-9a-f]{64}\",.*");
    }

    @Test
    void twoEvaluationsOfOneTaskAreComparedItemByItem() {
        run("good");
        List<String> ids = evaluationsOf("forget");
        String other = evaluationsOf("learn").getFirst();
        database.sql("update evaluations set task = 'definitions_choice' where task = 'forget'")
                .update();

        difference(ids.getFirst(), ids.getLast())
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.items")
                .isEqualTo(250)
                .jsonPath("$.value")
                .isEqualTo(0.0)
                .jsonPath("$.within_noise")
                .isEqualTo(true)
                .jsonPath("$.words")
                .value(
                        String.class,
                        words -> assertThat(words).startsWith("within noise: +0.0000"));
        difference(ids.getFirst(), other).expectStatus().isEqualTo(HttpStatus.CONFLICT);
        difference(ids.getFirst(), "eval_gone").expectStatus().isNotFound();
    }

    private List<String> evaluationsOf(String task) {
        return database.sql(
                        "select evaluation from job_evaluations where job = :id and task = :task order by step")
                .param("id", job.id())
                .param("task", task)
                .query(String.class)
                .list();
    }

    private RestTestClient.ResponseSpec difference(String from, String to) {
        return client.get()
                .uri("/api/v1/evaluations/{id}/difference?from={from}", to, from)
                .exchange();
    }

    @Test
    void ofTheCheckpointsTheLastAndTheScoredAreKept() {
        run("good");

        List<Checkpoint> kept = checkpoints.newestFirst(job.id());

        assertThat(kept).extracting(Checkpoint::step).containsExactly(10L, 9L, 5L);
        assertThat(kept).extracting(Checkpoint::resumable).containsExactly(true, true, false);
        Path folder = home.jobs().resolve(job.id()).resolve("attempt-1");
        assertThat(folder).isDirectoryContaining(path -> path.endsWith("step-5"));
        assertThat(folder.resolve("step-5/state")).doesNotExist();
        assertThat(folder.resolve("step-4")).doesNotExist();
    }

    @Test
    void ofTheCheckpointsThatTheSpecWantsTheWeightsAreKept() {
        run("good", new CheckpointPlan(1, 1, 4, Points.NONE));

        List<Checkpoint> kept = checkpoints.newestFirst(job.id());

        assertThat(kept).extracting(Checkpoint::step).containsExactly(10L, 8L, 5L, 4L);
        assertThat(kept)
                .extracting(Checkpoint::resumable)
                .containsExactly(true, false, false, false);
    }

    @Test
    void aCheckpointOfAStopTakesNoOthersPlaceAndGoesWithTheNext() {
        run("good");
        Housekeeping housekeeping = new Housekeeping(checkpoints, List.of(), home);
        CheckpointPlan two = new CheckpointPlan(null, 2, null, Points.NONE);

        checkpoints.save(at(11, true));
        housekeeping.prune(job.id(), two);
        assertThat(resumable()).containsExactly(11L, 10L, 9L);

        checkpoints.save(at(12, false));
        housekeeping.prune(job.id(), two);
        assertThat(resumable()).containsExactly(12L, 10L);
        assertThat(checkpoints.atStep(job.id(), 11)).isEmpty();
    }

    @Test
    void aCheckpointThatTheSpecNamesStaysWholeHoweverManyFollow() {
        run("good");
        Housekeeping housekeeping = new Housekeeping(checkpoints, List.of(), home);
        Checkpoint named = named(11);

        checkpoints.save(named);
        for (long step = 12; step <= 14; step++) {
            checkpoints.save(at(step, false));
            housekeeping.prune(job.id(), new CheckpointPlan(null, 1, null, Points.NONE));
        }

        assertThat(resumable()).containsExactly(14L, 11L);
        assertThat(checkpoints.atStep(job.id(), 11)).contains(named);
    }

    @Test
    void whatWasSaidOfStepsBeforeTheRunWentBackIsForgotten() {
        assertThat(run("rolls-back")).isInstanceOf(Outcome.Finished.class);

        assertThat(
                        database.sql(
                                        "select value from metric_points where job = :id order by step")
                                .param("id", job.id())
                                .query(Double.class)
                                .list())
                .containsExactly(1.0, 1 / 2.0, 1 / 3.0, 1 / 4.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0);
        assertThat(count("job_evaluations")).isEqualTo(6);
        Path folder = home.jobs().resolve(job.id()).resolve("attempt-1");
        assertThat(folder.resolve("step-5")).doesNotExist();
        assertThat(folder.resolve("step-6")).doesNotExist();
        assertThat(folder.resolve("step-5-rollback-1")).isDirectory();
        Job ended = jobs.findById(job.id()).orElseThrow();
        assertThat(ended.warnings()).containsExactly("a warning", "the loss became NaN at step 7");
        assertThat(ended.diverged()).isTrue();
    }

    @Test
    void whatAGuardDidIsShownWithItsNumbersAndTheRunsResult() {
        Outcome outcome = run("goes-back");
        turns.end(current(), outcome);

        assertThat(outcome).isEqualTo(new Outcome.Finished(6, 1L << 30));
        client.get()
                .uri("/api/v1/jobs/{id}", job.id())
                .exchange()
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("succeeded")
                .jsonPath("$.progress")
                .isEqualTo(Map.of("step", 6, "total_steps", 10, "tokens", 60))
                .jsonPath("$.guard")
                .isEqualTo(
                        Map.of(
                                "type",
                                "validation_loss",
                                "action",
                                "go_back",
                                "step",
                                6,
                                "values",
                                List.of(
                                        Map.of("step", 5, "value", 2.5),
                                        Map.of("step", 6, "value", 2.75)),
                                "words",
                                "the validation loss rose",
                                "result_step",
                                5,
                                "result",
                                checkpoints.atStep(job.id(), 5).orElseThrow().id()))
                .jsonPath("$.warnings[1]")
                .isEqualTo("the validation loss rose");
    }

    @Test
    void aGuardPausesAsTheOwnerWould() {
        Outcome outcome = run("pauses");
        turns.end(current(), outcome);

        assertThat(outcome).isEqualTo(new Outcome.Paused(null));
        Job paused = jobs.findById(job.id()).orElseThrow();
        assertThat(paused.status()).isEqualTo(Status.PAUSED);
        assertThat(paused.guarded().orElseThrow().ended()).isFalse();
        client.post()
                .uri("/api/v1/jobs/{id}/resume", job.id())
                .exchange()
                .expectStatus()
                .isAccepted();
    }

    @Test
    void theStepsOfTheValidationLossKeepTheirWeights() {
        database.sql(
                        "select file_points(:job, array['validation/loss'], array[1], array[3::bigint], array[1::float8], array[now()])")
                .param("job", job.id())
                .query((row, number) -> number)
                .single();

        run("good");

        assertThat(checkpoints.newestFirst(job.id()))
                .extracting(Checkpoint::step)
                .containsExactly(10L, 9L, 5L, 3L);
    }

    @Test
    void aCheckpointThatIsReadJustNowIsKept() {
        run("good");
        Checkpoint second = checkpoints.newestFirst(job.id()).get(1);

        CheckpointPlan one = new CheckpointPlan(null, 1, null, Points.NONE);
        new Housekeeping(checkpoints, List.of(second.id()::equals), home).prune(job.id(), one);
        assertThat(checkpoints.find(second.id())).isPresent();

        new Housekeeping(checkpoints, List.of(), home).prune(job.id(), one);
        assertThat(checkpoints.find(second.id())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fails       | the loss is not a number at step 3                           | false",
                "silent      | the trainer ended with exit code 1 and no word               | false",
                "leaves      | the trainer ended without saying that it had finished        | false",
                "stack-trace | the trainer ended with exit code 1                           | false",
                "killed      | the trainer was killed (SIGKILL), most likely out of memory  | true",
                "aborts      | the trainer aborted (SIGABRT)                                | true"
            })
    void aTrainerThatEndsBadlyIsReportedInOneSentence(
            String mode, String sentence, boolean retryable) {
        Outcome outcome = run(mode);

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        Outcome.Failed failed = (Outcome.Failed) outcome;
        assertThat(failed.reason()).startsWith(sentence);
        assertThat(failed.retryable()).isEqualTo(retryable);
        assertThat(jobs.findById(job.id()).orElseThrow().diverged())
                .isEqualTo(mode.equals("fails"));
        if (mode.equals("killed")) assertThat(failed.detail()).endsWith("the last line");
        if (mode.equals("stack-trace")) assertThat(failed.detail()).contains("a bug");
    }

    @ParameterizedTest
    @CsvSource({"disk-full", "disk-full-in-a-library"})
    void whatAFullDiskEndsIsNoFaultOfTheJob(String mode) {
        Outcome outcome = run(mode);

        assertThat(outcome).isInstanceOf(Outcome.DiskFull.class);
        turns.end(current(), outcome);
        assertThat(jobs.findById(job.id()).orElseThrow().status()).isEqualTo(Status.QUEUED);
        assertThat(
                        database.sql(
                                        "select outcome || ': ' || reason from attempts where job = :id")
                                .param("id", job.id())
                                .query(String.class)
                                .single())
                .startsWith("disk_full: ")
                .contains("No space left on device");
    }

    @Test
    void aKilledTrainersJobGoesOnFromItsLastCheckpoint() {
        Outcome first = run("killed-once");
        turns.end(current(), first);
        Checkpoint last = checkpoints.newestFirst(job.id()).getFirst();

        Outcome second = run("killed-once", last);

        assertThat(last.step()).isEqualTo(4);
        assertThat(second).isInstanceOf(Outcome.Finished.class);
        assertThat(count("metric_points")).isEqualTo(10);
    }

    @Test
    void metricsFiledTwiceAreStoredOnce() {
        Outcome first = run("killed");
        turns.end(current(), first);

        run("good");

        assertThat(count("metric_points")).isEqualTo(10);
        assertThat(count("job_evaluations")).isEqualTo(6);
        assertThat(
                        database.sql("select attempt from checkpoints where job = :id and step = 5")
                                .param("id", job.id())
                                .query(Integer.class)
                                .single())
                .isEqualTo(2);
    }

    @Test
    void ofAFloodOfLinesTheFirstAndTheLastAreKept() {
        run("floods");

        assertThat(count("log_lines")).isBetween(9_000, 10_000);
        String log =
                client.get()
                        .uri("/api/v1/jobs/{id}/logs", job.id())
                        .header("Accept", "text/plain")
                        .exchange()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody();
        assertThat(log).endsWith("line 50000 \uFFFD of a flood\n");
        client.get()
                .uri("/api/v1/jobs/{id}/logs?limit=1", job.id())
                .exchange()
                .expectBody()
                .jsonPath("$.data[0].attempt")
                .isEqualTo(1)
                .jsonPath("$.has_more")
                .isEqualTo(true);
    }

    @Test
    void aLineThatIsNoEventBelongsToTheLog() {
        assertThat(run("chatters")).isInstanceOf(Outcome.Finished.class);

        assertThat(
                        database.sql("select line from log_lines where job = :id order by number")
                                .param("id", job.id())
                                .query(String.class)
                                .list())
                .contains("a library greets", "{\"type\": \"unheard of\"}");
    }

    @Test
    void aValueThatIsNoNumberIsNull() {
        assertThat(run("nan")).isInstanceOf(Outcome.Finished.class);

        client.get()
                .uri("/api/v1/jobs/{id}/metrics", job.id())
                .exchange()
                .expectBody()
                .jsonPath("$.data[0].points[0].step")
                .isEqualTo(1)
                .jsonPath("$.data[0].points[0].value")
                .isEmpty()
                .jsonPath("$.data[1].points[0].value")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"obedient", "stubborn"})
    void aCancelledJobsTrainerEnds(String mode) {
        CompletableFuture<Outcome> outcome = begun(mode, () -> false);
        Awaitility.await().until(() -> jobs.findById(job.id()).orElseThrow().step() == 2);

        client.post()
                .uri("/api/v1/jobs/{id}/cancel", job.id())
                .exchange()
                .expectStatus()
                .isAccepted();

        assertThat(outcome.join()).isEqualTo(new Outcome.Cancelled());
        noTrainerIsLeft();
    }

    @Test
    void aWorkerThatLeavesHandsItsJobBack() {
        AtomicBoolean leaving = new AtomicBoolean();
        CompletableFuture<Outcome> outcome = begun("obedient", leaving::get);
        Awaitility.await().until(() -> jobs.findById(job.id()).orElseThrow().step() == 2);

        leaving.set(true);

        assertThat(outcome.join()).isInstanceOf(Outcome.HandedBack.class);
        noTrainerIsLeft();
    }

    @Test
    void aTrainerThatSpeaksALaterVersionIsEndedAndTheJobSaysSo() {
        Outcome outcome = run("newer");

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed ->
                                assertThat(failed.reason())
                                        .startsWith("what a trainer says is of version 2")
                                        .endsWith("restart the worker"));
    }

    @ParameterizedTest
    @CsvSource({"obedient, ", "cannot-save, the checkpoint of step 2 could not be written"})
    void aPausedJobsTrainerEnds(String mode, String reason) {
        CompletableFuture<Outcome> outcome = begun(mode, () -> false);
        Awaitility.await().until(() -> jobs.findById(job.id()).orElseThrow().step() == 2);

        client.post()
                .uri("/api/v1/jobs/{id}/pause", job.id())
                .exchange()
                .expectStatus()
                .isAccepted();

        assertThat(outcome.join()).isEqualTo(new Outcome.Paused(reason));
        turns.end(current(), outcome.join());
        assertThat(jobs.findById(job.id()).orElseThrow().status()).isEqualTo(Status.PAUSED);
        noTrainerIsLeft();
    }

    @Test
    void aTrainerThatDoesNotPauseIsGivenAllItsTimeUntilItIsCancelled() {
        CompletableFuture<Outcome> outcome = begun("stubborn", () -> false);
        Awaitility.await().until(() -> jobs.findById(job.id()).orElseThrow().step() == 2);

        client.post().uri("/api/v1/jobs/{id}/pause", job.id()).exchange();
        Awaitility.await().during(GRACE.plusSeconds(1)).until(() -> !outcome.isDone());
        client.post().uri("/api/v1/jobs/{id}/cancel", job.id()).exchange();

        assertThat(outcome.join()).isEqualTo(new Outcome.Cancelled());
        noTrainerIsLeft();
    }

    @Test
    void aTrainerThatOthersToldToStopHasHandedItsJobBack() {
        assertThat(run("told")).isInstanceOf(Outcome.HandedBack.class);
    }

    @Test
    void aTrainerWhoseTurnWasTakenAwayEnds() {
        CompletableFuture<Outcome> outcome = begun("stubborn", () -> false);
        Awaitility.await().until(() -> jobs.findById(job.id()).orElseThrow().step() == 2);

        turns.lose(current());

        assertThatThrownBy(outcome::join).hasCauseInstanceOf(Fenced.class);
        noTrainerIsLeft();
    }

    /** On a thread of its own: the common pool may have one only, which the HTTP client needs. */
    private CompletableFuture<Outcome> begun(String mode, BooleanSupplier leaving) {
        return CompletableFuture.supplyAsync(
                () -> run(mode, null, leaving), task -> Thread.ofPlatform().start(task));
    }

    private Outcome run(String mode) {
        return run(mode, job.spec().checkpoints());
    }

    private Outcome run(String mode, Checkpoint from) {
        return run(mode, from, () -> false);
    }

    private Outcome run(String mode, CheckpointPlan plan) {
        return run(mode, null, plan, () -> false);
    }

    private Outcome run(String mode, Checkpoint from, BooleanSupplier leaving) {
        return run(mode, from, job.spec().checkpoints(), leaving);
    }

    private Outcome run(
            String mode, Checkpoint from, CheckpointPlan plan, BooleanSupplier leaving) {
        Turn turn = turns.begin(job.id(), 1, "worker-1").orElseThrow();
        WorkerSettings settings =
                new WorkerSettings(
                        null,
                        "cpu",
                        null,
                        "",
                        1,
                        1,
                        DataSize.ofMegabytes(64),
                        Duration.ofSeconds(5),
                        GRACE,
                        DataSize.ofMegabytes(1));
        Supervision supervision =
                new Supervision(
                        context.getBean(Filing.class),
                        context.getBean(Housekeeping.class),
                        pretending(mode),
                        settings);
        try {
            Assignment assignment = assignment(turn, from, plan);
            Path file = Files.createDirectories(assignment.folder()).resolve("run.json");
            Files.writeString(file, Binder.JSON.writeValueAsString(assignment.run()));
            return supervision.run(assignment, file, leaving);
        } catch (java.io.IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private Assignment assignment(Turn turn, Checkpoint from, CheckpointPlan plan) {
        Path folder = home.jobs().resolve(turn.job()).resolve("attempt-" + turn.attempt());
        List<Run.TaskRun> tasks =
                List.of(
                        new Run.TaskRun("learn", "learn.jsonl", Run.Role.LEARNING, null),
                        new Run.TaskRun("forget", "forget.jsonl", Run.Role.FORGETTING, null));
        Run run =
                new Run(
                        turn.job(),
                        turn.attempt(),
                        job.spec(),
                        "models/tiny",
                        new Run.Data("data.jsonl", "text"),
                        null,
                        tasks,
                        folder.toString(),
                        from == null
                                ? List.of()
                                : List.of(home.root().resolve(from.folder()).toString()),
                        null,
                        List.of(),
                        Map.of(),
                        1,
                        "cpu",
                        Run.Past.NONE,
                        null,
                        null);
        var harness = new Protocol(Convention.LM_EVAL, 0, Exemplars.SAMPLED);
        var content = new Assignment.TaskContent(1, "sum", harness);
        return new Assignment(
                turn,
                home.root(),
                run,
                "tiny",
                "abc" + job.id(),
                Map.of("learn", content, "forget", content),
                null,
                plan,
                "1",
                timeLeft);
    }

    static TrainerCommand pretending(String mode) {
        return new TrainerCommand(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-CreateCoredumpOnCrash",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PretendTrainer.class.getName(),
                        mode),
                Map.of());
    }

    private Turn current() {
        return turns.current(job.id()).orElseThrow();
    }

    private List<Long> resumable() {
        return checkpoints.newestFirst(job.id()).stream()
                .filter(Checkpoint::resumable)
                .map(Checkpoint::step)
                .toList();
    }

    private Checkpoint named(long step) {
        Checkpoint at = at(step, false);
        return new Checkpoint(
                at.id(),
                at.job(),
                1,
                step,
                at.epoch(),
                at.tokens(),
                at.kind(),
                false,
                true,
                true,
                at.folder(),
                at.files(),
                at.content());
    }

    private Checkpoint at(long step, boolean interim) {
        Checkpoint last = checkpoints.newestFirst(job.id()).getFirst();
        return new Checkpoint(
                last.id() + step,
                job.id(),
                1,
                step,
                1,
                step,
                last.kind(),
                interim,
                "jobs/" + job.id() + "/step-" + step,
                last.files(),
                "content");
    }

    private int count(String table) {
        return database.sql("select count(*) from " + table + " where job = :id")
                .param("id", job.id())
                .query(Integer.class)
                .single();
    }

    private static void noTrainerIsLeft() {
        Awaitility.await()
                .until(
                        () ->
                                ProcessHandle.current()
                                        .descendants()
                                        .map(process -> process.info().command().orElse(""))
                                        .noneMatch(command -> command.endsWith("java")));
    }
}
