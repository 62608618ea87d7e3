package dev.palimpsest.artifacts;

import dev.palimpsest.home.Home;
import dev.palimpsest.home.Underway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies in the home folder of what lies in a bucket, so many bytes of them: those that were not
 * read for the longest time go first, and none goes that something under way may read.
 */
final class Copies {
    private static final Logger log = LoggerFactory.getLogger(Copies.class);

    /** How long after it was asked for a request may still read one. */
    private static final Duration IN_HAND = Duration.ofMinutes(10);

    private final Home home;
    private final Supplier<List<Named.Folder>> named;
    private final long most;
    private final Underway underway;
    private final Clock clock;
    private final Map<Path, Instant> read = new ConcurrentHashMap<>();
    private long taken = Long.MAX_VALUE / 2; // until it is looked at

    Copies(
            Home home,
            Supplier<List<Named.Folder>> named,
            long most,
            Underway underway,
            Clock clock) {
        this.home = home;
        this.named = named;
        this.most = most;
        this.underway = underway;
        this.clock = clock;
    }

    private record Copy(Path file, long bytes, Instant read) {}

    void read(Path file) {
        read.put(file, clock.instant());
    }

    /** Before a file of so many bytes comes. */
    synchronized void makeRoom(long bytes) {
        taken += bytes;
        if (taken <= most) return;
        List<Copy> copies = all();
        taken = bytes + copies.stream().mapToLong(Copy::bytes).sum();
        Instant inUse = earlier(underway.since(), clock.instant().minus(IN_HAND));
        copies.sort(Comparator.comparing(Copy::read));
        for (Copy copy : copies) {
            if (taken <= most || !copy.read().isBefore(inUse)) break;
            remove(copy);
        }
        if (taken > most)
            log.warn(
                    "copies of the bucket take {} bytes, above palimpsest.artifacts.s3.cache: all that is left is in use",
                    taken);
    }

    /** Of files that a row names: they lie in the bucket. */
    private List<Copy> all() {
        List<Copy> copies = new ArrayList<>();
        for (Named.Folder folder : named.get())
            for (Artifact artifact : folder.files()) {
                Path file = home.root().resolve(folder.folder()).resolve(artifact.path());
                try {
                    BasicFileAttributes its = Files.readAttributes(file, BasicFileAttributes.class);
                    copies.add(
                            new Copy(
                                    file,
                                    its.size(),
                                    read.getOrDefault(file, its.lastModifiedTime().toInstant())));
                } catch (NoSuchFileException _) {
                    read.remove(file);
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                }
            }
        return copies;
    }

    private void remove(Copy copy) {
        try {
            Files.deleteIfExists(copy.file());
            taken -= copy.bytes();
            read.remove(copy.file());
            Files.deleteIfExists(copy.file().getParent());
        } catch (DirectoryNotEmptyException _) {
            // its neighbours stay
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
