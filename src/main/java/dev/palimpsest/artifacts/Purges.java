package dev.palimpsest.artifacts;

import dev.palimpsest.home.Settings;
import dev.palimpsest.projects.CurrentProject;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Takes away for good what was deleted long enough ago. */
@Component
public class Purges {
    private final List<Deletable> kinds;
    private final RetentionSettings retention;
    private final Settings settings;
    private final Clock clock;

    Purges(List<Deletable> kinds, RetentionSettings retention, Settings settings, Clock clock) {
        this.kinds = kinds;
        this.retention = retention;
        this.settings = settings;
        this.clock = clock;
    }

    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "${palimpsest.retention.every:PT1H}")
    public void run() throws IOException {
        if (settings.role().answersRequests())
            purge(clock.instant().minus(retention.deleted()), null);
    }

    /** All that the current project has deleted, at once. */
    void ownNow() throws IOException {
        String project = CurrentProject.own();
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            purge(clock.instant(), project);
        }
    }

    private void purge(Instant deletedBefore, @Nullable String project) throws IOException {
        for (Deletable kind : kinds) kind.purge(deletedBefore, project);
    }
}
