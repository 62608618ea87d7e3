package dev.palimpsest.telemetry;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Whether the database is as new as this program, also after it was put back to an older state. */
@Component
class MigrationsHealthIndicator extends AbstractHealthIndicator {
    private static final String DONE =
            "select exists (select from flyway_schema_history where version = ? and success)";

    private final JdbcClient database;
    private final String newest;

    MigrationsHealthIndicator(JdbcClient database, Flyway flyway) {
        super("the migrations cannot be read");
        this.database = database;
        this.newest =
                Arrays.stream(flyway.info().all())
                        .map(MigrationInfo::getVersion)
                        .filter(Objects::nonNull)
                        .max(Comparator.naturalOrder())
                        .orElseThrow()
                        .getVersion();
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        boolean done = database.sql(DONE).param(newest).query(Boolean.class).single();
        health.withDetail("newest", newest);
        if (done) health.up();
        else health.outOfService();
    }
}
