package dev.palimpsest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The process that brings a database up to date, as a deployment starts it before the others. */
class MigrationTests {
    private final TestPostgres.Database own = TestPostgres.database();
    private final JdbcClient database =
            JdbcClient.create(new DriverManagerDataSource(own.url(), own.user(), own.password()));

    @Test
    void ofSeveralAtOnceEachEndsWellAndEachMigrationIsMadeOnce() {
        List<CompletableFuture<Void>> processes =
                Stream.generate(() -> CompletableFuture.runAsync(this::migrate)).limit(3).toList();
        processes.forEach(CompletableFuture::join);

        List<String> made =
                database.sql("select version from flyway_schema_history where success")
                        .query(String.class)
                        .list();
        assertThat(made).doesNotHaveDuplicates().contains("1", "43");
        assertThat(
                        database.sql(
                                        "select has_table_privilege('palimpsest_project', 'jobs', 'select')")
                                .query(Boolean.class)
                                .single())
                .isTrue();
    }

    private void migrate() {
        Migration.main(
                "--spring.datasource.url=" + own.url(),
                "--spring.datasource.username=" + own.user(),
                "--spring.datasource.password=" + own.password());
    }
}
