package dev.palimpsest.worker;

import dev.palimpsest.evaluation.Protocol;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.metrics.Fingerprint;
import dev.palimpsest.spec.CheckpointPlan;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.trainer.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt has to do: its run file, and what the worker must know to file its scores.
 *
 * @param tasks of each task its version, a sum over its items and how they are asked
 * @param timeLeft for how long it may run, or null
 */
record Assignment(
        Turn turn,
        Path home,
        Run run,
        String model,
        String modelContent,
        Map<String, TaskContent> tasks,
        @Nullable Integer limit,
        CheckpointPlan checkpoints,
        String engine,
        @Nullable Duration timeLeft) {

    /** What a task asks, as far as its scores depend on it. */
    record TaskContent(int version, String items, Protocol protocol) {}

    Path folder() {
        return Path.of(run.folder());
    }

    Fingerprint fingerprint(String task, String weights) {
        TaskContent content = content(task);
        return new Fingerprint(
                weights,
                task,
                content.version(),
                content.items(),
                content.protocol().words(),
                limit,
                engine);
    }

    /** By whose rules a task is scored. */
    Convention convention(String task) {
        return content(task).protocol().convention();
    }

    private TaskContent content(String task) {
        TaskContent content = tasks.get(task);
        if (content == null)
            throw new IllegalStateException(
                    "the trainer of job %s scored %s, which is none of its tasks"
                            .formatted(turn.job(), task));
        return content;
    }

    /** Paths are stored relative to the home folder, which may be moved. */
    String belowHome(Path path) {
        return home.relativize(folder().resolve(path)).toString();
    }
}
