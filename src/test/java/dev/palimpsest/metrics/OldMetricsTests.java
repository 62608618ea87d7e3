package dev.palimpsest.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.TestPostgres;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A database of the version before metrics were series. */
class OldMetricsTests {
    private static final List<String> FILLED =
            List.of(
                    "insert into base_models (name, version, status, content_hash, created_at) values ('tiny', 0, 'ready', 'abc', now())",
                    """
                    insert into experiments (id, name, base_model, learning_tasks, forgetting_tasks, convention, version, created_at, updated_at)
                    values ('exp_1', 'old', 'tiny', '{}', '{}', 'lm_eval', 0, now(), now())""",
                    """
                    insert into jobs (id, experiment, status, spec, base_model, method, round, attempt, faults, step, tokens, created_at)
                    select 'job_' || n, 'exp_1', 'queued', '{}', 'tiny', 'full', 1, 0, 0, 0, 0, now() from generate_series(1, 2) n""",
                    """
                    insert into metric_points (job, key, step, value, at)
                    select 'job_1', 'train/loss', n, 1.0 / n, '2026-01-01' from generate_series(1, 1000) n""",
                    """
                    insert into metric_points (job, key, step, value, at) values
                    ('job_1', 'learning', 5, '-Infinity', '2026-01-02'), ('job_2', 'train/loss', 7, 2.5, '2026-01-03'),
                    ('job_2', 'train/loss', 9, 'NaN', '2026-01-04')""");

    @Test
    void everyPointOfAnOldDatabaseIsKept() {
        TestPostgres.Database own = TestPostgres.database();
        var source = new DriverManagerDataSource(own.url(), own.user(), own.password());
        JdbcClient database = JdbcClient.create(source);
        migrate(source, "27");
        for (String rows : FILLED) database.sql(rows).update();
        List<String> before = points(database);

        migrate(source, "latest");

        assertThat(points(database)).isEqualTo(before).hasSize(1003);
        assertThat(
                        database.sql(
                                        """
                                        select concat_ws(' ', job, key, step, value, points) from metric_series order by job, key""")
                                .query(String.class)
                                .list())
                .containsExactly(
                        "job_1 learning 5 -Infinity 1",
                        "job_1 train/loss 1000 0.001 1000",
                        "job_2 train/loss 9 NaN 2");
        assertThat(
                        database.sql("select count(*) from series_extremes")
                                .query(Integer.class)
                                .single())
                .isEqualTo(8 + 1 + 1); // blocks of 128 steps
    }

    private static void migrate(DriverManagerDataSource source, String version) {
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/migration")
                .target(version)
                .load()
                .migrate();
    }

    private static List<String> points(JdbcClient database) {
        return database.sql(
                        "select concat_ws(' ', job, key, step, value, at) from metric_points order by job, key, step")
                .query(String.class)
                .list();
    }
}
