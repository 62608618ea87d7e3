package dev.palimpsest.jobs;

import dev.palimpsest.artifacts.RetentionSettings;
import dev.palimpsest.home.Settings;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Takes experiments away for good that were deleted long enough ago. */
@Component
class Purge {
    private static final Logger log = LoggerFactory.getLogger(Purge.class);

    private final DeletedExperiments deleted;
    private final ExperimentDesk desk;
    private final RetentionSettings retention;
    private final Settings settings;
    private final Clock clock;

    Purge(
            DeletedExperiments deleted,
            ExperimentDesk desk,
            RetentionSettings retention,
            Settings settings,
            Clock clock) {
        this.deleted = deleted;
        this.desk = desk;
        this.retention = retention;
        this.settings = settings;
        this.clock = clock;
    }

    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "${palimpsest.retention.every:PT1H}")
    void run() {
        if (!settings.role().answersRequests()) return;
        for (String id : deleted.markedBefore(clock.instant().minus(retention.deleted()))) {
            desk.purge(id);
            log.info("experiment {} is purged", id);
        }
    }
}
