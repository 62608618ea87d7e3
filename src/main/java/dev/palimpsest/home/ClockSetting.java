package dev.palimpsest.home;

import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Sets the clock by the database before anything is taken from a queue, and from time to time. */
@Component
class ClockSetting implements SmartInitializingSingleton {
    private static final Logger LOG = LoggerFactory.getLogger(ClockSetting.class);
    private static final Duration EVERY = Duration.ofSeconds(20);

    private final DatabaseClock clock;
    private final JdbcClient database;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("clock-setting").factory());

    ClockSetting(DatabaseClock clock, JdbcClient database) {
        this.clock = clock;
        this.database = database;
    }

    @Override
    public void afterSingletonsInstantiated() {
        set();
        var _ =
                thread.scheduleWithFixedDelay(
                        this::set, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    private void set() {
        try {
            Instant asked = clock.machineTime();
            long began = System.nanoTime();
            Instant told =
                    database.sql("select clock_timestamp()")
                            .query(OffsetDateTime.class)
                            .single()
                            .toInstant();
            if (clock.set(asked, told, Duration.ofNanos(System.nanoTime() - began)))
                LOG.warn(
                        "this machine's clock differs from the database's, which is kept to, by {} s",
                        clock.off().toMillis() / 1000.0);
        } catch (DataAccessException | TransactionException unreachable) {
            LOG.debug("the clock stays as it is until the database answers", unreachable);
        }
    }

    @PreDestroy
    void stop() {
        thread.shutdownNow();
    }
}
