package dev.palimpsest.jobs;

import dev.palimpsest.artifacts.Deletable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Takes experiments away for good that were deleted long enough ago. */
@Component
class Purge implements Deletable {
    private static final Logger log = LoggerFactory.getLogger(Purge.class);

    private final DeletedExperiments deleted;
    private final ExperimentDesk desk;

    Purge(DeletedExperiments deleted, ExperimentDesk desk) {
        this.deleted = deleted;
        this.desk = desk;
    }

    @Override
    public void purge(Instant deletedBefore, @Nullable String project) {
        for (String id : deleted.markedBefore(deletedBefore, project)) {
            desk.purge(id);
            log.info("experiment {} is purged", id);
        }
    }
}
