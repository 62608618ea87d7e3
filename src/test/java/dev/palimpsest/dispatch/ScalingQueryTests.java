package dev.palimpsest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What the chart has KEDA ask the database, to have as many workers of a class as are wanted. */
class ScalingQueryTests {
    private static final String JOB =
            """
            insert into jobs (id, experiment, status, spec, base_model, method, round, attempt, faults, step, tokens, created_at)
            values (:id, 'exp_1', 'queued', cast(:spec as jsonb), 'tiny', 'full', 1, 0, 0, 0, 0, now())
            """;
    private static final String ENTRY =
            """
            insert into scheduled_tasks (task_name, task_instance, execution_time, picked, version)
            values (:task, :entry, now(), :picked, 1)
            """;

    private final TestPostgres.Database own = TestPostgres.database();
    private final DriverManagerDataSource source =
            new DriverManagerDataSource(own.url(), own.user(), own.password());
    private final JdbcClient database = JdbcClient.create(source);

    @BeforeEach
    void aQueue() {
        Flyway.configure().dataSource(source).locations("classpath:db/migration").load().migrate();
        database.sql(
                        "insert into base_models (name, version, status, content_hash, created_at) values ('tiny', 0, 'ready', 'abc', now())")
                .update();
        database.sql(
                        """
                        insert into experiments (id, name, base_model, learning_tasks, forgetting_tasks, convention, version, created_at, updated_at)
                        values ('exp_1', 'some', 'tiny', '{}', '{}', 'lm_eval', 0, now(), now())""")
                .update();
        job("job_1", "{\"resources\": {\"device_class\": \"a100\"}}", false);
        job("job_2", "{\"resources\": {\"device_class\": \"a100\"}}", true);
        job("job_3", "{\"resources\": {\"device_class\": \"cuda\"}}", false);
        job("job_4", "{\"resources\": {\"device_class\": \"any\"}}", false);
        job("job_5", "{}", true);
        entry("device", "scoring scoring_1", false);
    }

    @Test
    void aClassIsWantedByWhatWaitsAndWhatRunsOfAllThatItsWorkersTake() throws IOException {
        assertThat(wanted("'cuda', 'a100', 'any'")).isEqualTo(6);
        assertThat(wanted("'cuda', 'a100'")).isEqualTo(3);
        assertThat(wanted("'cpu', 'any'")).isEqualTo(3);
        assertThat(wanted("'cpu'")).isZero();
    }

    private int wanted(String classes) throws IOException {
        String query = Files.readString(Path.of("helm/queue.sql")).replace("CLASSES", classes);
        return database.sql(query).query(Integer.class).single();
    }

    private void job(String id, String spec, boolean picked) {
        database.sql(JOB).param("id", id).param("spec", spec).update();
        entry("job", id + ".1", picked);
    }

    private void entry(String task, String entry, boolean picked) {
        database.sql(ENTRY)
                .param("task", task)
                .param("entry", entry)
                .param("picked", picked)
                .update();
    }
}
