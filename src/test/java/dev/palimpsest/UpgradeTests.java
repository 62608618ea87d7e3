package dev.palimpsest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;

/**
 * A database that goes through every version, and is written to at each as a service of that
 * version did. It is kept as each version left it, and each of these is upgraded.
 */
class UpgradeTests {
    private static final Map<Integer, String> LEFT_BY = new LinkedHashMap<>();
    private static final TestPostgres.Database OWN = TestPostgres.database();

    private static final String KEPT =
            """
            select concat_ws(' ', j.id, j.status, j.step, j.tokens, j.name, j.tags ->> 'team', a.outcome, l.line, c.id, c.content, c.step,
                (select round(sum(value)::numeric, 4) from metric_points where job = j.id),
                (select string_agg(concat_ws(' ', e.id, e.metrics #>> '{acc_norm,value}', length(i.items) > 0), ', ' order by e.id)
                 from job_evaluations je join evaluations e on e.id = je.evaluation join evaluation_items i on i.evaluation = e.id
                 where je.job = j.id))
            from jobs j join attempts a on a.job = j.id join log_lines l on l.job = j.id join checkpoints c on c.job = j.id
            where j.id ~ '^job_[0-9]+$'
            """;

    @TempDir private static Path home;

    @BeforeAll
    static void liveThroughEveryVersion() {
        for (int version : versions()) {
            migrate(OWN.url(), Integer.toString(version));
            new OldRows(client(OWN.url()), version).write();
            LEFT_BY.put(version, copied(version));
        }
    }

    static Stream<Integer> everyVersion() {
        return LEFT_BY.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("everyVersion")
    void aDatabaseOfThatVersionIsUpgradedWithAllThatWasInIt(int version) {
        String url = Objects.requireNonNull(LEFT_BY.get(version));

        migrate(url, "latest");

        List<String> kept = client(url).sql(KEPT).query(String.class).list();
        assertThat(kept)
                .containsExactlyInAnyOrderElementsOf(
                        LEFT_BY.keySet().stream()
                                .filter(made -> made <= version)
                                .filter(made -> made >= OldRows.FIRST_WITH_JOBS)
                                .map(UpgradeTests::finishedJob)
                                .toList());
    }

    @Test
    void whatEachVersionLeftIsAnsweredByThisOne() throws IOException {
        try (ConfigurableApplicationContext service = service()) {
            Api api =
                    new Api(
                            Api.once(
                                    service.getEnvironment()
                                            .getRequiredProperty("local.server.port", int.class)));
            assertThat(api.get("models/old-model").at("/status").asString()).isEqualTo("ready");
            assertThat(api.get("datasets/old-sums").at("/documents").asInt()).isEqualTo(2);
            for (int version : versions())
                if (version >= OldRows.FIRST_WITH_JOBS) answers(api, version);
        }
    }

    private static void answers(Api api, int version) {
        String job = "jobs/job_" + version;
        JsonNode points = api.get(job + "/metrics?keys=train/loss").at("/data/0/points");
        assertSoftly(
                softly -> {
                    JsonNode answered = api.get(job);
                    softly.assertThat(answered.at("/status").asString()).isEqualTo("succeeded");
                    softly.assertThat(answered.at("/spec/version").asInt()).isEqualTo(1);
                    softly.assertThat(answered.at("/spec/method/rank").asInt()).isEqualTo(8);
                    softly.assertThat(points.size()).isEqualTo(10);
                    softly.assertThat(api.get(job + "/checkpoints").at("/data/0/id").asString())
                            .isEqualTo("ckpt_" + version);
                    softly.assertThat(api.get(job + "/evaluations").at("/data").size())
                            .isEqualTo(4);
                    softly.assertThat(
                                    api.get(
                                                    "evaluations/eval_%d_gsm8k_arithmetic_10/items"
                                                            .formatted(version))
                                            .at("/data/0/correct")
                                            .asBoolean())
                            .isTrue();
                    softly.assertThat(
                                    api.get("experiments/exp_%d/tradeoff".formatted(version))
                                            .at("/points/0/checkpoint")
                                            .asString())
                            .isEqualTo("ckpt_" + version);
                    softly.assertThat(api.get(job + "/events").at("/data").isEmpty()).isFalse();
                    if (version >= 6)
                        softly.assertThat(
                                        api.get("exports/export_" + version)
                                                .at("/status")
                                                .asString())
                                .isEqualTo("succeeded");
                    if (version >= 11)
                        softly.assertThat(
                                        api.get("scorings/scoring_" + version).at("/tasks").size())
                                .isEqualTo(1);
                    if (version >= 12)
                        softly.assertThat(api.get("tasks/task-" + version).at("/name").asString())
                                .isEqualTo("task-" + version);
                    if (version >= 15)
                        softly.assertThat(
                                        api.get("checkpoints/ckpt_%d/spectra".formatted(version))
                                                .at("/status")
                                                .asString())
                                .isEqualTo("queued");
                    if (version >= 16)
                        softly.assertThat(api.get("sweeps/sweep_" + version).at("/grid").toString())
                                .isEqualTo("{\"training.seed\":[1]}");
                    if (version >= 20)
                        softly.assertThat(
                                        api.get("jobs/job_outside_" + version)
                                                .at("/status")
                                                .asString())
                                .isEqualTo("running");
                });
    }

    private static String finishedJob(int version) {
        return Stream.of(
                        "definitions_choice_0",
                        "definitions_choice_10",
                        "gsm8k_arithmetic_0",
                        "gsm8k_arithmetic_10")
                .map(score -> "eval_%d_%s 0.5 t".formatted(version, score))
                .collect(
                        Collectors.joining(
                                ", ",
                                "job_%1$d succeeded 10 640 old a finished said by version %1$d ckpt_%1$d content of %1$d 10 2.9290 "
                                        .formatted(version),
                                ""));
    }

    private static ConfigurableApplicationContext service() throws IOException {
        Path dataset = Files.createDirectories(home.resolve("datasets/old-sums"));
        Files.writeString(
                dataset.resolve("data.jsonl"),
                """
                {"prompt": "1+1=", "completion": "2"}
                {"prompt": "2+2=", "completion": "4"}
                """);
        return SpringApplication.run(
                Palimpsest.class,
                "--palimpsest.role=api",
                "--palimpsest.home=" + home,
                "--server.port=0",
                "--spring.datasource.url=" + OWN.url(),
                "--spring.datasource.username=" + OWN.user(),
                "--spring.datasource.password=" + OWN.password());
    }

    /** The released migrations, in their order. */
    static List<Integer> versions() {
        return Arrays.stream(flyway(OWN.url(), "latest").info().all())
                .map(migration -> Objects.requireNonNull(migration.getVersion()))
                .map(MigrationVersion::getVersion)
                .map(Integer::valueOf)
                .toList();
    }

    private static void migrate(String url, String version) {
        flyway(url, version).migrate();
    }

    private static Flyway flyway(String url, String version) {
        return Flyway.configure()
                .dataSource(source(url))
                .locations("classpath:db/migration")
                .target(version)
                .load();
    }

    private static String copied(int version) {
        String whole = OWN.url().substring(OWN.url().lastIndexOf('/') + 1);
        TestPostgres.Database beside = TestPostgres.database();
        String copy = "left_by_" + version;
        client(beside.url()).sql("create database %s template %s".formatted(copy, whole)).update();
        return beside.url().substring(0, beside.url().lastIndexOf('/') + 1) + copy;
    }

    private static JdbcClient client(String url) {
        return JdbcClient.create(source(url));
    }

    private static DriverManagerDataSource source(String url) {
        return new DriverManagerDataSource(url, OWN.user(), OWN.password());
    }
}
