package dev.palimpsest.home;

import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.stereotype.Component;

/** Brings the database up to date before anything reads it, or waits until another process has. */
@Component
final class Migrations implements FlywayMigrationStrategy {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Mode mode;

    Migrations(@Value("${palimpsest.migrations:run}") Mode mode) {
        this.mode = mode;
    }

    /** Whose the migrations are: this process's, or that of {@code migrate}. */
    enum Mode {
        RUN,
        AWAIT
    }

    @Override
    public void migrate(Flyway flyway) {
        switch (mode) {
            case RUN -> flyway.migrate();
            case AWAIT -> await(flyway);
        }
    }

    private static void await(Flyway flyway) {
        int told = 0;
        for (int left = pending(flyway); left > 0; left = pending(flyway)) {
            if (left != told)
                LOG.info("{} migrations are not made yet; waiting for whoever makes them", left);
            told = left;
            pause();
        }
    }

    private static int pending(Flyway flyway) {
        MigrationInfo[] pending = flyway.info().pending();
        return pending.length;
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_LOOKS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CannotStart("it was stopped while it waited for the migrations", stopped);
        }
    }
}
