package dev.palimpsest.worker;

import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.CheckpointUser;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.spec.CheckpointPlan;
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
 * Keeps of a job's checkpoints the last ones and those that the spec names whole, and the weights
 * of the scored ones, of those that the spec wants and of those that something reads just now; a
 * row goes before its folder does.
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

    void prune(String job, CheckpointPlan plan) {
        Set<Long> evaluated = new HashSet<>(checkpoints.evaluatedSteps(job));
        List<Checkpoint> newestFirst = checkpoints.newestFirst(job);
        int counted = 0;
        for (Checkpoint checkpoint : newestFirst) {
            if (!checkpoint.interim()) counted++;
            boolean last = !checkpoint.interim() && counted <= plan.keepLast();
            if (last || checkpoint.whole() || checkpoint.equals(newestFirst.getFirst())) continue;
            boolean kept = evaluated.contains(checkpoint.step()) || plan.keeps(checkpoint.step());
            if (!kept && !needed(checkpoint)) {
                checkpoints.delete(checkpoint);
                delete(home.root().resolve(checkpoint.folder()));
            } else if (checkpoint.resumable()) {
                checkpoints.forgetState(checkpoint);
                delete(home.root().resolve(checkpoint.folder()).resolve("state"));
            }
        }
    }

    /** Deletes the folders of those that are no longer filed, unless something reads them still. */
    void delete(List<Checkpoint> forgotten) {
        for (Checkpoint checkpoint : forgotten)
            if (!needed(checkpoint)) delete(home.root().resolve(checkpoint.folder()));
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
