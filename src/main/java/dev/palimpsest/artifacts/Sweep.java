package dev.palimpsest.artifacts;

import dev.palimpsest.artifacts.Artifacts.Swept;
import dev.palimpsest.home.Home;
import dev.palimpsest.home.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Takes away what no row names, a while after its last change: a file is older than the row that
 * will name it. Each process sweeps its home folder, those that answer requests the bucket too.
 */
@Component
class Sweep {
    private static final Logger log = LoggerFactory.getLogger(Sweep.class);

    private final Artifacts artifacts;
    private final Named named;
    private final Home home;
    private final Settings settings;
    private final RetentionSettings retention;
    private final Clock clock;

    Sweep(
            Artifacts artifacts,
            Named named,
            Home home,
            Settings settings,
            RetentionSettings retention,
            Clock clock) {
        this.artifacts = artifacts;
        this.named = named;
        this.home = home;
        this.settings = settings;
        this.retention = retention;
        this.clock = clock;
    }

    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "${palimpsest.retention.every:PT1H}")
    void run() throws IOException {
        Instant before = stampedNow().minus(retention.orphans());
        tell("the home folder", new HomeSweep(home, named.places(), named.jobs(), before).run());
        if (!settings.role().answersRequests()) return;
        Instant sent = clock.instant().minus(retention.orphans());
        tell("the bucket", artifacts.sweep(sent, named.sums()::contains));
    }

    /** By the clock that stamps the home's files, which may be that of another machine. */
    private Instant stampedNow() throws IOException {
        Path mark = Files.createTempFile(home.root(), ".sweep-", null);
        try {
            return Files.getLastModifiedTime(mark).toInstant();
        } finally {
            Files.delete(mark);
        }
    }

    private static void tell(String where, Swept swept) {
        if (swept.things() > 0)
            log.info(
                    "{} things with {} bytes that no row names were taken out of {}",
                    swept.things(),
                    swept.bytes(),
                    where);
    }
}
