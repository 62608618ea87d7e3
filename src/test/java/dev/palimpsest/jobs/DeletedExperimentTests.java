package dev.palimpsest.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.SettableClock;
import dev.palimpsest.artifacts.Purges;
import dev.palimpsest.home.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class DeletedExperimentTests {
    private static final String EXPERIMENT =
            """
            {"name": "short-lived", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"]}""";

    private static final String JOB =
            """
            {"experiment": "%s", "executor": "external", "dataset": {"train": "elsewhere"},
             "method": {"type": "full"}, "training": {"max_steps": 10, "learning_rate": 1e-3}}""";

    @Autowired RestTestClient client;
    @Autowired Purges purge;
    @Autowired Home home;
    @Autowired JdbcClient database;
    @Autowired SettableClock clock;
    private Api api;
    private String experiment;
    private String job;

    @BeforeEach
    void anEndedExperiment() {
        api = new Api(client);
        experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
        job = api.post("jobs", JOB.formatted(experiment), Api.ANY_SUCCESS).get("id").stringValue();
        api.post(
                "jobs/" + job + "/metrics",
                "{\"data\": [{\"key\": \"train/loss\", \"step\": 1, \"value\": 2.5}]}",
                Api.ANY_SUCCESS);
        api.post("jobs/" + job + "/cancel", "", Api.ANY_SUCCESS);
    }

    @Test
    void itIsGoneFromEveryAddressUntilItIsRestored() {
        JsonNode before = api.get("jobs/" + job);
        JsonNode points = api.get("jobs/" + job + "/metrics");

        delete(204);

        for (String gone :
                new String[] {
                    "experiments/" + experiment,
                    "jobs/" + job,
                    "jobs/" + job + "/metrics",
                    "jobs/" + job + "/events",
                    "jobs/" + job + "/checkpoints"
                }) assertThat(api.get(gone).get("status").asInt()).as(gone).isEqualTo(404);
        assertThat(api.get("experiments").toString()).doesNotContain(experiment);
        assertThat(api.get("jobs").toString()).doesNotContain(job);
        delete(404);

        api.post("experiments/" + experiment + "/restore", "", 200);

        assertThat(api.get("jobs/" + job)).isEqualTo(before);
        assertThat(api.get("jobs/" + job + "/metrics")).isEqualTo(points);
        api.post("experiments/" + experiment + "/restore", "", 404);
    }

    @Test
    void itIsPurgedWithItsFilesAfterItsTime() throws IOException {
        Path folder = Files.createDirectories(home.jobs().resolve(job).resolve("attempt-1/step-1"));
        delete(204);
        purge.run();
        assertThat(rows()).isOne();
        assertThat(folder).exists();

        clock.advance(Duration.ofDays(8));
        purge.run();

        assertThat(rows()).isZero();
        assertThat(home.jobs().resolve(job)).doesNotExist();
        api.post("experiments/" + experiment + "/restore", "", 404);
    }

    @Test
    void whatADeletedExperimentTakesIsToldApart() {
        database.sql(
                        """
                        insert into checkpoints (id, job, attempt, step, epoch, tokens, kind, folder, files, content, created_at)
                        values ('ckpt_' || :job, :job, 1, 8, 1, 1, 'adapter', 'jobs/' || :job, '[{"path": "x", "bytes": 12345, "sha256": "abc"}]', 'abc', now())
                        """)
                .param("job", job)
                .update();
        assertThat(checkpoints().get("deleted_bytes").asLong()).isZero();

        delete(204);

        assertThat(checkpoints().get("deleted_bytes").asLong()).isEqualTo(12345);
        database.sql("delete from checkpoints where job = ?").param(job).update();
    }

    private JsonNode checkpoints() {
        return api.get("storage")
                .get("data")
                .valueStream()
                .filter(part -> part.get("kind").stringValue().equals("checkpoint"))
                .findFirst()
                .orElseThrow();
    }

    private int rows() {
        return database.sql("select count(*) from jobs where id = ?")
                .param(job)
                .query(Integer.class)
                .single();
    }

    private void delete(int status) {
        client.delete()
                .uri("/api/v1/experiments/" + experiment)
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }
}
