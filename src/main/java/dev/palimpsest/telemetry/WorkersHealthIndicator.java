package dev.palimpsest.telemetry;

import java.sql.Timestamp;
import java.time.Clock;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Whether somebody runs jobs. A service without workers takes jobs all the same, so an empty pool
 * says nothing about the health of the whole.
 */
@Component
class WorkersHealthIndicator extends AbstractHealthIndicator {
    private static final String ALIVE = "select count(*) from workers where last_heartbeat >= ?";

    private final JdbcClient database;
    private final Silence silence;
    private final Clock clock;

    WorkersHealthIndicator(JdbcClient database, Silence silence, Clock clock) {
        super("the workers cannot be counted");
        this.database = database;
        this.silence = silence;
        this.clock = clock;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        int alive =
                database.sql(ALIVE)
                        .param(Timestamp.from(silence.heardSince(clock.instant())))
                        .query(Integer.class)
                        .single();
        health.withDetail("alive", alive);
        if (alive > 0) health.up();
        else health.status("EMPTY");
    }
}
