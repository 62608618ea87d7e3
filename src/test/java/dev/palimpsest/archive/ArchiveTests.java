package dev.palimpsest.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.evaluation.ItemResult;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.studies.StudyRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;

/** An experiment sent out and taken in again, by HTTP; and what nobody should have sent. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class ArchiveTests {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Random RANDOM = new Random(7);

    private static final String SWEEP =
            """
            {"name": "rates", "template": {"dataset": {"train": "gsm8k-train"}, "training": {"max_steps": 10}},
             "grid": {"training.seed": [2, 1], "method": [{"type": "full"}, {"type": "lora", "rank": 4, "alpha": 8}],
                      "training.learning_rate": [1e-4, 1e-3]}}""";

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @Autowired Evaluations evaluations;
    @Autowired Checkpoints checkpoints;
    @Autowired Metrics metrics;
    @Autowired Home home;
    private Api api;
    private String experiment;
    private List<String> jobs;

    @BeforeEach
    void aSweepThatHasEnded() throws IOException {
        api = new Api(client);
        experiment = new SomeJobs(context).experiment();
        api.post("experiments/" + experiment + "/sweeps", SWEEP, Api.ANY_SUCCESS);
        jobs = ids("jobs", "experiment = '%s'".formatted(experiment));
        for (String job : jobs) {
            database.sql(
                            "update jobs set status = 'running', attempt = 1, step = 10, total_steps = 10 where id = ?")
                    .param(job)
                    .update();
            database.sql("insert into attempts values (?, 1, 'worker-1', now(), now(), 'finished')")
                    .param(job)
                    .update();
            scored(job, 0, 2.0, 1.0);
            for (int step : new int[] {5, 10}) {
                checkpoint(job, step);
                scored(job, step, 1 + RANDOM.nextDouble(), 1 + RANDOM.nextDouble());
            }
            database.sql("update jobs set status = 'succeeded', ended_at = now() where id = ?")
                    .param(job)
                    .update();
        }
        database.sql("update jobs set diverged = true where id = ?").param(jobs.getLast()).update();
        spectrum(checkpoints.atStep(jobs.getFirst(), 10).orElseThrow().id());
    }

    @Test
    void anImportAnswersEveryAnalysisAsTheOriginalDoesToTheDigit() throws IOException {
        byte[] archive = archive(experiment, true);

        JsonNode imported = imported(archive, 201);
        String own = imported.get("experiment").stringValue();

        assertThat(imported.get("origin").stringValue()).isEqualTo(experiment);
        assertThat(imported.get("base_model").stringValue()).isEqualTo("tiny");
        assertThat(imported.get("limits").isEmpty()).isTrue();
        same(experiment, own);
        Map<String, String> ids = newIds(experiment, own);
        String job = jobs.getFirst();
        assertThat(api.get("jobs/%s/metrics".formatted(ids.get(job))))
                .isEqualTo(api.get("jobs/%s/metrics".formatted(job)));
        String evaluation = api.get("jobs/" + job + "/evaluations").at("/data/2/id").asString();
        JsonNode its = api.get("jobs/" + ids.get(job) + "/evaluations").at("/data/2");
        assertThat(api.get("evaluations/" + its.get("id").asString() + "/items?limit=500"))
                .isEqualTo(api.get("evaluations/" + evaluation + "/items?limit=500"));
        Checkpoint last = checkpoints.atStep(job, 10).orElseThrow();
        String lastOwn = String.valueOf(ids.get(last.id()));
        JsonNode spectra = api.get("checkpoints/" + lastOwn + "/spectra").get("data");
        assertThat(spectra).isEqualTo(api.get("checkpoints/" + last.id() + "/spectra").get("data"));
        assertThat(download("checkpoints/" + lastOwn + "/files/adapter_model.safetensors"))
                .isEqualTo(
                        download("checkpoints/" + last.id() + "/files/adapter_model.safetensors"));

        JsonNode again = imported(archive(own, false), 201);
        same(experiment, again.get("experiment").stringValue());
        client.delete().uri("/api/v1/experiments/" + own).exchange().expectStatus().isNoContent();
        client.get().uri("/api/v1/jobs/" + ids.get(job)).exchange().expectStatus().isNotFound();
        same(experiment, again.get("experiment").stringValue());
    }

    @Test
    void importedJobsAreRecordsThatNothingMoves() throws IOException {
        JsonNode imported = imported(archive(experiment, false), 201);
        String job = imported.get("jobs").get(jobs.getFirst()).stringValue();

        JsonNode answered = api.get("jobs/" + job);
        assertThat(answered.get("origin").stringValue()).isEqualTo(jobs.getFirst());
        assertThat(answered.at("/attempts/0/worker").stringValue()).isEqualTo("worker-1");
        for (String verb : List.of("pause", "resume", "retry", "cancel"))
            api.post("jobs/%s/%s".formatted(job, verb), "", 409);
        assertThat(
                        database.sql(
                                        "select count(*) from scheduled_tasks where task_instance like ?")
                                .param("%" + job + "%")
                                .query(Integer.class)
                                .single())
                .isZero();
        String checkpoint = checkpoints.atStep(job, 10).orElseThrow().id();
        assertThat(api.get("checkpoints/" + checkpoint).get("present").asBoolean()).isFalse();
        api.post("checkpoints/" + checkpoint + "/export", "{\"form\": \"merged\"}", 409);
        String fingerprint =
                api.get("jobs/" + job + "/evaluations").at("/data/0/fingerprint").asString();
        assertThat(evaluations.ofJobs(jobs))
                .noneMatch(original -> original.fingerprint().equals(fingerprint));
    }

    @Test
    void importedStudiesAreRecordsThatNothingMoves() throws IOException {
        String study = study();
        byte[] archive = archive(experiment, false);

        String own = imported(archive, 201).get("experiment").stringValue();

        JsonNode original = api.get("studies/" + study);
        JsonNode record = api.get("experiments/" + own + "/studies").at("/data/0");
        assertThat(record.get("origin").stringValue()).isEqualTo(study);
        for (String same : List.of("name", "status", "stage", "reason", "request", "choices"))
            assertThat(record.get(same)).isEqualTo(original.get(same));
        assertThat(record.at("/progress/rates/sweep").stringValue())
                .isEqualTo(both("sweeps", "experiment = '%s'", own).getFirst());
        for (String verb : List.of("pause", "resume", "retry", "cancel"))
            api.post("studies/%s/%s".formatted(record.get("id").stringValue(), verb), "", 409);

        imported(forged(archive).without("studies.jsonl").summed(), 201); // as archives were once
        for (Map.Entry<String, String> changed :
                Map.of(
                                "\"seeds\" ?: ?\\[", "\"seeds\": [0.5, ",
                                "\"ended_at\" ?: ?\"[^\"]*\"", "\"ended_at\": null")
                        .entrySet())
            imported(
                    forged(archive)
                            .with(
                                    "studies.jsonl",
                                    text -> text.replaceFirst(changed.getKey(), changed.getValue()))
                            .summed(),
                    422);
    }

    private String study() {
        String id = "study_" + UUID.randomUUID();
        database.sql(
                        """
                        insert into studies (id, experiment, name, request, stage, status, rate_sweep, beyond_budget, reason, created_at, ended_at)
                        select ?, experiment, 'rates', cast(? as json), 'rates', 'failed', id, false, 'no method has a rate that can be taken', now(), now()
                        from sweeps where experiment = ?""")
                .params(
                        id,
                        Binder.JSON.writeValueAsString(
                                Binder.bind(
                                        Binder.JSON.readTree("{\"template\": {}}"),
                                        StudyRequest.class)),
                        experiment)
                .update();
        return id;
    }

    @Test
    void withoutItsBaseModelAnExperimentIsReadAndNothingIsAddedToIt() throws IOException {
        ForgedArchive other =
                new ForgedArchive(archive(experiment, false))
                        .with(
                                "catalog.json",
                                text -> text.replace("\"abc\"", "\"0123456789abcdef\""));

        JsonNode imported = imported(other.summed(), 201);
        String own = imported.get("experiment").stringValue();

        assertThat(imported.get("base_model").stringValue()).isEqualTo("tiny@0123456789ab");
        assertThat(imported.at("/limits/0").stringValue())
                .contains("no model here has the content");
        same(experiment, own);
        JsonNode refused =
                api.post(
                        "jobs",
                        """
                        {"experiment": "%s", "dataset": {"train": "gsm8k-train"}, "method": {"type": "full"},
                         "training": {"max_steps": 1, "learning_rate": 1e-3}}"""
                                .formatted(own),
                        422);
        assertThat(refused.at("/errors/0/pointer").stringValue()).isEqualTo("/base_model");
    }

    @Test
    void anExperimentWhoseJobsHaveNotEndedIsNotSent() {
        new SomeJobs(context).queued(experiment);

        assertThat(api.get("experiments/" + experiment + "/archive").get("detail").stringValue())
                .contains("has 1 jobs that have not ended");
    }

    @Test
    void whatNobodyShouldHaveSentIsRefusedWhole() throws IOException {
        byte[] archive = archive(experiment, true);
        String weights =
                "checkpoints/%s/adapter_model.safetensors"
                        .formatted(checkpoints.atStep(jobs.getFirst(), 10).orElseThrow().id());
        Map<String, byte[]> hostile = new LinkedHashMap<>();
        hostile.put("is no whole zip archive", "no zip".getBytes(StandardCharsets.UTF_8));
        hostile.put("no whole zip archive: ", Arrays.copyOf(archive, archive.length / 2));
        hostile.put("is of version 2", forged(archive).version(2).summed());
        hostile.put(
                "another 'jobs.jsonl' than its manifest says",
                forged(archive).with("jobs.jsonl", text -> text + " ").asItIs());
        hostile.put("lacks 'sweeps.jsonl'", forged(archive).without("sweeps.jsonl").asItIs());
        hostile.put("lacks 'attempts.jsonl'", forged(archive).without("attempts.jsonl").summed());
        hostile.put(
                "'../evil', which its manifest does not list",
                forged(archive).with("../evil", new byte[1]).asItIs());
        hostile.put(
                "'../../evil', which belongs to nothing",
                forged(archive).with("../../evil", new byte[1]).summed());
        hostile.put(
                "nothing that is measured packs so well",
                forged(archive).with("jobs.jsonl", new byte[65 << 20]).summed());
        hostile.put(
                "which is no plain name",
                forged(archive)
                        .with(
                                "checkpoints.jsonl",
                                text -> text.replace("adapter_config.json", "../../evil"))
                        .summed());
        hostile.put(
                "with another sum or size",
                forged(archive).with(weights, new byte[] {1, 2, 3}).summed());
        hostile.put(
                "attempts.jsonl, line 1: job is",
                forged(archive)
                        .with(
                                "attempts.jsonl",
                                text ->
                                        text.replaceFirst(
                                                "job_\\w+",
                                                new SomeJobs(context)
                                                        .queued(new SomeJobs(context).experiment())
                                                        .id()))
                        .summed());
        hostile.put(
                "has not ended",
                forged(archive)
                        .with(
                                "jobs.jsonl",
                                text -> text.replaceFirst("\"succeeded\"", "\"running\""))
                        .summed());
        hostile.put(
                "/method/rank must be between",
                forged(archive)
                        .with(
                                "jobs.jsonl",
                                text -> text.replaceFirst("\"rank\": ?4", "\"rank\": 0"))
                        .summed());
        hostile.put(
                "a second time",
                forged(archive).with("sweeps.jsonl", text -> text + text).summed());
        hostile.put(
                "rows that do not fit",
                forged(archive)
                        .with("attempts.jsonl", text -> text.replaceFirst("worker-1", "w\\\\u0000"))
                        .summed());
        hostile.put(
                "lacks items of",
                forged(archive)
                        .with("items.jsonl", text -> text.substring(text.indexOf('\n') + 1))
                        .summed());
        hostile.put("broken 'jobs.jsonl'", ForgedArchive.shortened(archive, "jobs.jsonl"));
        hostile.put("it does not end as one", Arrays.copyOf(archive, archive.length + 1));
        hostile.put("has 4294967294 bytes of a directory", ForgedArchive.ended(archive, 12, -2));
        hostile.put("has 200001 members", ForgedArchive.of(200_001));
        long experiments = count("experiments");
        long folders = folders();

        hostile.forEach(
                (words, bytes) ->
                        assertThat(imported(bytes, 422).at("/errors/0/detail").asString())
                                .contains(words.replace("no whole zip archive: ", "no whole zip")));

        assertThat(count("experiments")).isEqualTo(experiments);
        assertThat(folders()).isEqualTo(folders);
        assertThat(home.root().resolve("evil")).doesNotExist();
    }

    private static ForgedArchive forged(byte[] archive) throws IOException {
        return new ForgedArchive(archive);
    }

    private void same(String one, String other) {
        Map<String, String> ids = newIds(one, other);
        for (String analysis :
                List.of(
                        "tradeoff",
                        "curves",
                        "curves?x=steps&group_by=method.type,training.seed",
                        "matched",
                        "sensitivity",
                        "spectra"))
            assertThat(api.get("experiments/%s/%s".formatted(other, analysis)).toString())
                    .as(analysis)
                    .isEqualTo(renamed(api.get("experiments/%s/%s".formatted(one, analysis)), ids));
        assertThat(
                        new String(
                                download("experiments/" + other + "/curves?format=csv"),
                                StandardCharsets.UTF_8))
                .isEqualTo(
                        new String(
                                download("experiments/" + one + "/curves?format=csv"),
                                StandardCharsets.UTF_8));
    }

    /** Rows of both in their order. */
    private Map<String, String> newIds(String one, String other) {
        Map<String, String> ids = new LinkedHashMap<>(Map.of(one, other));
        for (String table : List.of("jobs", "sweeps"))
            pair(
                    ids,
                    both(table, "experiment = '%s'", one),
                    both(table, "experiment = '%s'", other));
        String its = "job in (select id from jobs where experiment = '%s') order by job, step --";
        pair(ids, both("checkpoints", its, one), both("checkpoints", its, other));
        return ids;
    }

    private List<String> both(String table, String condition, String experiment) {
        return ids(table, condition.formatted(experiment));
    }

    private static void pair(Map<String, String> ids, List<String> ones, List<String> others) {
        assertThat(others).hasSameSizeAs(ones).isNotEmpty();
        for (int i = 0; i < ones.size(); i++) ids.put(ones.get(i), others.get(i));
    }

    private static String renamed(JsonNode json, Map<String, String> ids) {
        String text = json.toString();
        for (Map.Entry<String, String> id : ids.entrySet())
            text = text.replace(id.getKey(), id.getValue());
        return text;
    }

    private List<String> ids(String table, String condition) {
        return database.sql("select id from %s where %s order by id".formatted(table, condition))
                .query(String.class)
                .list();
    }

    private long count(String table) {
        return database.sql("select count(*) from " + table).query(Long.class).single();
    }

    private long folders() throws IOException {
        try (var listed = Files.list(home.jobs())) {
            return listed.count();
        }
    }

    private void checkpoint(String job, long step) throws IOException {
        Path folder = home.jobs().resolve(job).resolve("attempt-1/step-" + step);
        Files.createDirectories(folder.resolve("state"));
        List<Checkpoint.File> files =
                List.of(
                        file(folder, "adapter_config.json", "{}"),
                        file(folder, "adapter_model.safetensors", job + step),
                        file(folder, "state/trainer.json", "{}"));
        checkpoints.save(
                new Checkpoint(
                        "ckpt_" + UUID.randomUUID(),
                        job,
                        1,
                        step,
                        step / 10.0,
                        step * 100,
                        "adapter",
                        false,
                        home.root().relativize(folder).toString(),
                        files,
                        Checkpoints.content(files)));
    }

    private static Checkpoint.File file(Path folder, String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        return new Checkpoint.File(name, Files.size(file), Sha256.of(file));
    }

    private void scored(String job, long step, double learning, double source) {
        scored(job, step, "gsm8k_perplexity", learning);
        scored(job, step, "definitions_perplexity", source);
        metrics.file(
                job,
                List.of(
                        new Metrics.Measured(
                                step,
                                Map.of(
                                        "learning",
                                        -learning,
                                        "forgetting",
                                        source - 1,
                                        "train/loss",
                                        step == 5 ? Double.NaN : 1 / 3.0,
                                        "train/gradient_norm",
                                        Double.POSITIVE_INFINITY),
                                NOW)));
    }

    private void scored(String job, long step, String task, double bits) {
        List<ItemResult> items =
                IntStream.range(0, 130)
                        .mapToObj(
                                i ->
                                        new ItemResult(
                                                i,
                                                "item \u0000 " + i,
                                                List.of(
                                                        new ItemResult.Option(
                                                                "a", -bits * i, 1, 1)),
                                                null,
                                                null,
                                                i % 2 == 0,
                                                List.of()))
                        .toList();
        evaluations.file(
                job,
                step,
                new Evaluations.Scored(
                        "eval_" + UUID.randomUUID(),
                        UUID.randomUUID().toString(),
                        "tiny",
                        task,
                        Convention.LM_EVAL,
                        Map.of("bits_per_byte", new Measure(bits, 0.01)),
                        items));
    }

    private void spectrum(String checkpoint) {
        String id = "spectra_" + UUID.randomUUID();
        database.sql(
                        "insert into decompositions (id, checkpoint, intruders, status, attempt, created_at) values (?, ?, false, 'queued', 1, now())")
                .param(id)
                .param(checkpoint)
                .update();
        database.sql(
                        "insert into decomposed_matrices values (?, 0, 'model.layers.0.mlp.up_proj', cast(? as jsonb), ?)")
                .param(id)
                .param(
                        """
                        {"module": "up_proj", "layer": 0, "shape": [8, 4], "rank_50": 1, "rank_90": 2, "rank_99": 3, "stable_rank": 1.1,
                         "effective_rank": 2.3, "frobenius_norm": 0.7, "relative_norm": 0.01, "tails": [{"rank": 1, "lost": 0.125}],
                         "intruders": null, "base": null, "finetuned": null}""")
                .param(new Float[] {0.7f, 0.1f, 1e-7f})
                .update();
        database.sql("update decompositions set status = 'running' where id = ?")
                .param(id)
                .update();
        database.sql(
                        """
                        update decompositions set status = 'succeeded', ended_at = now(), fingerprint = 'known',
                            summary = '{"matrices": 1, "suggested_rank": 2, "intruders": null, "modules": []}',
                            heat_map = '{"layers": 1, "modules": [{"module": "up_proj", "rank_90": [2]}]}' where id = ?""")
                .param(id)
                .update();
    }

    private byte[] archive(String id, boolean weights) {
        return download("experiments/%s/archive?weights=%s".formatted(id, weights));
    }

    private byte[] download(String path) {
        return api.download(path);
    }

    private JsonNode imported(byte[] archive, int status) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("file", Api.named("archive.zip", archive));
        return api.send("experiments/import", form, status);
    }
}
