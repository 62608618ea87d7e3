package dev.palimpsest.worker;

import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.CheckpointUser;
import dev.palimpsest.jobs.Checkpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Keeps of a job's checkpoints the scored ones, the last, and those that something reads just now;
 * a row goes before its folder does.
 */
@Component
class Housekeeping {
    private final Checkpoints checkpoints;
    private final List<CheckpointUser> users;
    private final Home home;

    Housekeeping(Checkpoints checkpoints, List<CheckpointUser> users, Home home) {
        this.checkpoints = checkpoints;
        this.users = users;
        this.home = home;
    }

    void keepLast(String job, int most) {
        List<Checkpoint> newestFirst = checkpoints.newestFirst(job);
        Set<Long> evaluated = new HashSet<>(checkpoints.evaluatedSteps(job));
        for (Checkpoint old :
                newestFirst.subList(Math.min(most, newestFirst.size()), newestFirst.size())) {
            if (!evaluated.contains(old.step()) && !needed(old)) {
                checkpoints.delete(old);
                delete(home.root().resolve(old.folder()));
            } else if (old.resumable()) {
                checkpoints.forgetState(old);
                delete(home.root().resolve(old.folder()).resolve("state"));
            }
        }
    }

    private boolean needed(Checkpoint checkpoint) {
        return users.stream().anyMatch(user -> user.needs(checkpoint.id()));
    }

    /** Deletes the folders that attempts before this one wrote and could not file. */
    void sweep(String job, int attempt) {
        Set<Path> filed =
                checkpoints.newestFirst(job).stream()
                        .map(checkpoint -> home.root().resolve(checkpoint.folder()))
                        .collect(Collectors.toSet());
        for (int earlier = 1; earlier < attempt; earlier++) {
            Path folder = home.jobs().resolve(job).resolve("attempt-" + earlier);
            if (!Files.isDirectory(folder)) continue;
            try (Stream<Path> entries = Files.list(folder)) {
                entries.filter(Files::isDirectory)
                        .filter(entry -> !filed.contains(entry))
                        .forEach(Housekeeping::delete);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private static void delete(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
