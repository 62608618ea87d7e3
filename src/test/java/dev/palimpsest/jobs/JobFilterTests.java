package dev.palimpsest.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.metrics.Metrics.Measured;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** Twelve jobs, asked for in the filter language. */
@ServiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestPropertySource(properties = "palimpsest.role=api")
class JobFilterTests {
    private static final String SPEC =
            """
            {"experiment": "%s", "name": "job %d", "dataset": {"train": "gsm8k-train"}, "method": %s,
             "training": {"max_steps": 10, "learning_rate": %s, "packing": %s}, "tags": %s}
            """;

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @Autowired Metrics metrics;
    private final List<String> ids = new ArrayList<>();
    private String experiment = "";

    /**
     * Of n the even ones are LoRA of rank n; those from 3 to 11 have a loss of n / 10, 11 a NaN.
     */
    @BeforeAll
    void twelveJobs() {
        experiment = new SomeJobs(context).experiment();
        Jobs jobs = context.getBean(Jobs.class);
        for (int n = 0; n < 12; n++) {
            String lora = "{\"type\": \"lora\", \"rank\": %d, \"alpha\": 16}".formatted(n + 1);
            String spec =
                    SPEC.formatted(
                            experiment,
                            n,
                            n % 2 == 0 ? lora : "{\"type\": \"full\"}",
                            n < 6 ? "1e-3" : "0.0002",
                            n % 3 == 0,
                            n < 8 ? "{\"team\": \"%s\"}".formatted(n < 4 ? "a" : "b") : "{}");
            String id = "job_filter_%02d".formatted(n);
            jobs.save(
                    Job.submitted(
                            id,
                            Binder.bind(spec, JobSpec.class),
                            "tiny",
                            Instant.parse("2026-01-01T00:00:00Z").plusSeconds(n)));
            ids.add(id);
            if (n >= 3)
                metrics.file(
                        id,
                        List.of(
                                new Measured(1, Map.of("train/loss", 9.0), Instant.EPOCH),
                                new Measured(
                                        2,
                                        Map.of("train/loss", n == 11 ? Double.NaN : n / 10.0),
                                        Instant.EPOCH)));
        }
        database.sql("update jobs set status = 'running' where id = 'job_filter_05'").update();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "status = 'running' | 5",
                "not status = 'queued' | 5",
                "name = 'job 7' | 7",
                "name in ('job 7', 'job 8') | 8 7",
                "name not in ('job 7') and name like 'job _' and created_at >= '2026-01-01T00:00:06Z' | 9 8 6",
                "name ilike 'JOB 1%' | 11 10 1",
                "name not like 'job _' | 11 10",
                "created_at < '2026-01-01T02:00:02+02:00' | 1 0",
                "spec.method.rank >= 9 | 10 8",
                "spec.method.type = 'full' and spec.training.learning_rate = 2e-4 | 11 9 7",
                "spec.method.rank is null and spec.training.learning_rate > 5e-4 | 5 3 1",
                "spec.training.packing = true and method = 'lora' | 6 0",
                "spec.training.packing != true and spec.method.rank in (3, 5) | 4 2",
                "tags.team = 'a' | 3 2 1 0",
                "tags.team != 'a' | 7 6 5 4",
                "not tags.team = 'a' and not spec.training.learning_rate = 1e-3 | 11 10 9 8 7 6",
                "tags.team is null | 11 10 9 8",
                "tags.team is not null and tags.\"team\" = 'b' | 7 6 5 4",
                "metrics.\"train/loss\" < 0.5 | 4 3",
                "metrics.train/loss >= 0.9 | 10 9",
                "metrics.train/loss = 'NaN' | 11",
                "metrics.train/loss is null | 2 1 0",
                "metrics.train/loss is not null and metrics.train/loss != 'NaN' and name < 'job 4' | 10 3",
                "not metrics.train/loss > 0.3 | 11 3 2 1 0",
                "metrics.train/loss in (0.3, 0.4) or tags.team = 'a' and status = 'queued' | 4 3 2 1 0",
                "(metrics.train/loss in (0.3, 0.4) or tags.team = 'a') and method = 'full' | 3 1",
                "metrics.\"none\" < 1 | ''",
                "tags.team = ''' or ''1'' = ''1' | ''"
            })
    void aFilterChoosesJobs(String filter, String numbers) {
        List<String> expected = numbers.equals("''") ? List.of() : numbered(numbers);

        assertThat(ids(list("&filter={filter}", filter))).isEqualTo(expected);
        assertThat(
                        get("/api/v1/jobs/count?experiment={e}&filter={f}", experiment, filter)
                                .get("count")
                                .asInt())
                .isEqualTo(expected.size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name desc | 9 8 7 6 5 4 3 2 11 10 1 0",
                "metrics.\"train/loss\" | 3 4 5 6 7 8 9 10 11 2 1 0",
                "metrics.\"train/loss\" desc | 10 9 8 7 6 5 4 3 11 2 1 0",
                "spec.training.learning_rate, spec.method.rank desc | 10 8 6 11 9 7 4 2 0 5 3 1",
                "tags.team desc, created_at | 4 5 6 7 0 1 2 3 8 9 10 11",
                "diverged, id | 0 1 2 3 4 5 6 7 8 9 10 11"
            })
    void pagesOfAnyOrderHoldEachJobOnceToTheEnd(String sort, String numbers) {
        List<String> found = new ArrayList<>();
        String after = "";
        while (true) {
            JsonNode page = list("&sort={sort}&limit=5" + after, sort);
            found.addAll(ids(page));
            if (!page.get("has_more").asBoolean()) break;
            after = "&after=" + page.get("last_id").stringValue();
        }

        assertThat(found).isEqualTo(numbered(numbers));
    }

    @Test
    void filterOrderAndPagesHoldTogether() {
        String query = "&filter={f}&sort=metrics.train/loss desc&limit=2";
        JsonNode first = list(query, "metrics.train/loss < 0.7");
        JsonNode next =
                list(
                        query + "&after=" + first.get("last_id").stringValue(),
                        "metrics.train/loss < 0.7");

        assertThat(ids(first)).containsExactly("job_filter_06", "job_filter_05");
        assertThat(ids(next)).containsExactly("job_filter_04", "job_filter_03");
        assertThat(next.get("has_more").asBoolean()).isFalse();
    }

    @Test
    void onlyChosenFieldsAreAnswered() {
        String fields =
                "id,status,spec.method.rank,spec.training.learning_rate,metrics.train/loss,metrics.\"none\",tags.team";

        JsonNode page = list("&filter=name in ('job 6', 'job 5', 'job 11')&fields=" + fields);

        assertThat(page.get("data").get(1))
                .isEqualTo(
                        Binder.JSON.readTree(
                                """
                                {"id": "job_filter_06", "status": "queued",
                                 "spec": {"method": {"rank": 7}, "training": {"learning_rate": 2e-4}},
                                 "metrics": {"train/loss": 0.6, "none": null}, "tags": {"team": "b"}}"""));
        assertThat(page.get("data").get(2).at("/spec/method/rank").isNull()).isTrue();
        assertThat(page.get("data").get(0).at("/metrics/train~1loss").isNull()).isTrue();
        assertThat(page.get("last_id").stringValue()).isEqualTo("job_filter_05");
        assertThat(list("&filter=name = 'job 6'&fields=metrics").at("/data/0").propertyNames())
                .containsExactly("metrics");
    }

    @Test
    void whatIsChosenIsAsItIsInTheWholeAnswer() {
        String columns =
                "id,experiment,name,origin,sweep,cell,status,base_model,trainable_parameters,peak_bytes,diverged,tags,progress,created_at,started_at,ended_at";
        JsonNode whole = list("&filter=name in ('job 6', 'job 5')").get("data");

        JsonNode chosen = list("&filter=name in ('job 6', 'job 5')&fields=" + columns).get("data");

        for (int n = 0; n < 2; n++)
            for (String column : columns.split(","))
                assertThat(chosen.get(n).get(column))
                        .as(column)
                        .isEqualTo(whole.get(n).get(column));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "filter | nmae = 'x' | at character 1: 'nmae' is no field of jobs",
                "filter | spec.method.rnak = 1 | at character 1: 'spec.method.rnak' is no single value of a job spec",
                "filter | metrics.x = 1 or spec.method.rank = '8' | at character 37: expected a number for 'spec.method.rank', got '8'",
                "filter | status = 'done' | at character 10: expected one of queued, running, paused, succeeded, failed, cancelled",
                "filter | metrics > 1 | at character 1: 'metrics' is no field of jobs",
                "sort | name, status up | at character 14: expected asc, desc, a comma, the end, got 'up'",
                "sort | nothing | at character 1: 'nothing' is no field of jobs",
                "fields | id, wordcount | at character 5: 'wordcount' is no field here",
                "fields | id status | at character 4: expected a comma, the end, got 'status'"
            },
            quoteCharacter = '~')
    void aFaultIsAProblemThatNamesItsPlace(String parameter, String text, String detail) {
        JsonNode problem = get("/api/v1/jobs?" + parameter + "={text}", text);

        assertThat(problem.get("status").asInt()).isEqualTo(400);
        assertThat(problem.at("/errors/0/pointer").stringValue()).isEqualTo("?" + parameter);
        assertThat(problem.at("/errors/0/detail").stringValue()).startsWith(detail);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name = 'x''; delete from jobs; --'",
                "tags.\"a' ->> 'b\" = 'x'",
                "metrics.\"x'); delete from jobs; --\" > 0",
                "name like '%'' or true --'",
                "tags.`?` = '?'"
            })
    void whatLooksLikeSqlIsAValue(String filter) {
        assertThat(ids(list("&filter={filter}", filter))).isEmpty();
        assertThat(get("/api/v1/jobs/count?experiment={e}", experiment).get("count").asInt())
                .isEqualTo(12);
    }

    @Test
    void aPageOfAnOrderGoesOnFromAJobThatIsThere() {
        JsonNode problem = get("/api/v1/jobs?sort=name&after=job_gone");

        assertThat(problem.at("/errors/0/pointer").stringValue()).isEqualTo("?after");
    }

    private static List<String> numbered(String numbers) {
        return Arrays.stream(numbers.split(" "))
                .map(n -> "job_filter_%02d".formatted(Integer.parseInt(n)))
                .toList();
    }

    private JsonNode list(String query, Object... values) {
        List<Object> all = new ArrayList<>(List.of(experiment));
        all.addAll(List.of(values));
        return get("/api/v1/jobs?experiment={e}" + query, all.toArray());
    }

    private JsonNode get(String uri, Object... values) {
        return Binder.JSON.readTree(
                client.get()
                        .uri(uri, values)
                        .exchange()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent());
    }

    private static List<String> ids(JsonNode page) {
        return page.get("data").valueStream().map(job -> job.get("id").stringValue()).toList();
    }
}
