package dev.palimpsest.artifacts;

import dev.palimpsest.artifacts.Artifacts.Swept;
import dev.palimpsest.home.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * Takes out of the home folder what no row names: what killed processes left, and what was read of
 * a bucket and has gone there.
 */
final class HomeSweep {
    private static final List<String> ASIDE =
            List.of(".spectra-", ".scoring-", ".checkpoint-", ".archive-", ".sweep-");

    /** Made from the class path by whoever finds it missing. */
    private static final String BUNDLED = ".tokenizer-";

    private final Home home;
    private final Set<String> places;
    private final Set<String> jobs;
    private final Instant before;

    HomeSweep(Home home, Set<String> places, Set<String> jobs, Instant before) {
        this.home = home;
        this.places = places;
        this.jobs = jobs;
        this.before = before;
    }

    Swept run() throws IOException {
        List<Path> orphans = new ArrayList<>();
        for (Path room : List.of(home.exports(), home.datasets(), home.models(), home.files()))
            orphans.addAll(in(room, this::isUnnamed));
        for (Path job : in(home.jobs(), _ -> true)) {
            if (!jobs.contains(name(job))) orphans.add(job);
            else
                for (Path attempt : in(job, Files::isDirectory))
                    orphans.addAll(
                            in(attempt, entry -> Files.isDirectory(entry) && isUnnamed(entry)));
        }
        orphans.addAll(in(home.root(), entry -> ASIDE.stream().anyMatch(name(entry)::startsWith)));
        long things = 0;
        long bytes = 0;
        for (Path orphan : orphans) {
            try {
                if (changedSince(orphan)) continue;
                long its = bytes(orphan);
                if (!FileSystemUtils.deleteRecursively(orphan)) continue;
                bytes += its;
                things++;
            } catch (NoSuchFileException _) {
                // another process on this home sweeps it just now
            }
        }
        return new Swept(things, bytes);
    }

    private boolean isUnnamed(Path entry) {
        return !name(entry).startsWith(BUNDLED)
                && !places.contains(home.root().relativize(entry).toString());
    }

    /** Somebody may still be at it. */
    private boolean changedSince(Path entry) throws IOException {
        try (Stream<Path> all = Files.walk(entry)) {
            return all.anyMatch(path -> !changed(path).isBefore(before));
        } catch (UncheckedIOException _) { // it goes just now
            return true;
        }
    }

    private static Instant changed(Path path) {
        try {
            return Files.getLastModifiedTime(path).toInstant();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static long bytes(Path entry) throws IOException {
        try (Stream<Path> all = Files.walk(entry)) {
            return all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static List<Path> in(Path folder, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(wanted).toList();
        }
    }

    private static String name(Path entry) {
        return entry.getFileName().toString();
    }
}
