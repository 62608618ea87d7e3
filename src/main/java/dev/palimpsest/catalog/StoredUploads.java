package dev.palimpsest.catalog;

import dev.palimpsest.home.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/** Files that were sent and wait for their import, each under its import's id. */
@Component
class StoredUploads {
    /** Whatever is older is nobody's: neither being received nor about to be registered. */
    private static final Duration LONGEST_ON_ITS_WAY = Duration.ofDays(1);

    private final Datasets datasets;
    private final Home home;
    private final Clock clock;

    StoredUploads(Datasets datasets, Home home, Clock clock) {
        this.datasets = datasets;
        this.home = home;
        this.clock = clock;
    }

    void keep(MultipartFile file, String importId) throws IOException {
        file.transferTo(place(importId).toFile()); // moved where it can be, not copied
    }

    /** Leaves the file where it is, for an attempt that comes after this one. */
    void lay(String importId, Path to) throws IOException {
        Folder.link(place(importId), to);
    }

    void forget(String importId) throws IOException {
        Files.deleteIfExists(place(importId));
    }

    /** What was left when the service was killed while it received a file. */
    void sweep() throws IOException {
        Instant before = clock.instant().minus(LONGEST_ON_ITS_WAY);
        try (Stream<Path> files = Files.list(home.uploads())) {
            for (Path file : files.toList())
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)
                        && !datasets.isImporting(file.getFileName().toString()))
                    Files.deleteIfExists(file);
        }
    }

    private Path place(String importId) {
        return home.uploads().resolve(importId);
    }
}
