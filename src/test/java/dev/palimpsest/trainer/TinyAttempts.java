package dev.palimpsest.trainer;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.trainer.TrainerEvent.CheckpointSaved;
import dev.palimpsest.trainer.TrainerProcess.EventLines;
import dev.palimpsest.training.Checkpoint.Damaged;
import dev.palimpsest.training.Checkpoint.SavedFile;
import dev.palimpsest.training.TrainingLoop.Stopped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Attempts at one small run in this process: steps of two micro-batches, a checkpoint after every
 * fourth.
 *
 * @param method the spec's
 * @param training what the spec says besides, its length and its rate among it
 * @param guards the spec's; with one of them every step is evaluated, on other words than those
 *     that are trained on
 */
public record TinyAttempts(
        Path folder,
        Path model,
        String method,
        String training,
        int atOnce,
        String guards,
        Run.Past past,
        String checkpoints) {
    static final Path MODEL = Path.of("src/test/resources/oracles/llama_tied/model");
    static final String LORA = "{\"type\": \"lora\", \"rank\": 4, \"alpha\": 8, \"dropout\": 0.1}";
    static final String FULL = "{\"type\": \"full\"}";
    static final String TEN_STEPS = "\"max_steps\": 10, \"learning_rate\": 1e-2";

    private static final String SPEC =
            """
            {"experiment": "exp_1", "dataset": {"train": "words"%s}, "method": %s,
             "training": {%s, "batch_size": 4, "micro_batch_size": %d, "sequence_length": 32}
             %s%s}
            """;

    private static final String GUARDED =
            ", \"evaluation\": {\"at\": {\"every_steps\": 1}}, \"guards\": [%s]";

    /** An attempt at ten steps of LoRA, for whoever starts a trainer. */
    public static Run tenSteps(Path folder) throws IOException {
        return new TinyAttempts(folder, LORA, TEN_STEPS).run("attempt-1");
    }

    TinyAttempts(Path folder, String method, String training) {
        this(folder, MODEL, method, training);
    }

    TinyAttempts(Path folder, Path model, String method, String training) {
        this(
                folder,
                model,
                method,
                training,
                3,
                "",
                Run.Past.NONE,
                ", \"checkpoints\": {\"every_steps\": 4}");
    }

    /** The same with a step's rows in one pass. */
    TinyAttempts ofWholeBatches() {
        return new TinyAttempts(folder, model, method, training, 4, guards, past, checkpoints);
    }

    /** The same under guards, after what earlier attempts have seen of them. */
    TinyAttempts guarded(String its, Run.Past earlier) {
        return new TinyAttempts(folder, model, method, training, atOnce, its, earlier, checkpoints);
    }

    /** The same with checkpoints only where the method's JSON asks for them. */
    TinyAttempts withoutPlan() {
        return new TinyAttempts(folder, model, method, training, atOnce, guards, past, "");
    }

    /** As a branch, whose spec the method's JSON says. */
    List<TrainerEvent> branched(String name, Run.Trunk trunk, Path... newestFirst)
            throws Damaged, IOException {
        return stopped(run(name, trunk, newestFirst), _ -> false);
    }

    List<TrainerEvent> toTheEnd(String name, Path... newestFirst) throws Damaged, IOException {
        return stopped(name, _ -> false, newestFirst);
    }

    /** Until it is asked to stop, which it looks for before each micro-batch. */
    List<TrainerEvent> stopped(
            String name, Predicate<List<TrainerEvent>> stops, Path... newestFirst)
            throws Damaged, IOException {
        return stopped(run(name, newestFirst), stops);
    }

    private static List<TrainerEvent> stopped(Run run, Predicate<List<TrainerEvent>> stops)
            throws Damaged, IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try (RunningAttempt attempt =
                RunningAttempt.start(
                        run,
                        new EventLines(new PrintStream(lines)),
                        () -> stops.test(events(lines)))) {
            attempt.toTheEnd();
        } catch (Stopped asked) {
            return events(lines);
        }
        return events(lines);
    }

    Run run(String name, Path... newestFirst) throws IOException {
        return run(name, null, newestFirst);
    }

    private Run run(String name, Run.@Nullable Trunk trunk, Path... newestFirst)
            throws IOException {
        return new Run(
                "job_1",
                1,
                spec(),
                model.toString(),
                new Run.Data(words("words", 2).toString(), "prompt_completion"),
                guards.isEmpty()
                        ? null
                        : new Run.Data(words("other", 3).toString(), "prompt_completion"),
                List.of(),
                folder.resolve(name).toString(),
                Stream.of(newestFirst).map(Path::toString).toList(),
                null,
                List.of(),
                Map.of(),
                1,
                "cpu",
                past,
                folder.resolve("cache").toString(),
                trunk);
    }

    private JobSpec spec() {
        return Binder.bind(
                SPEC.formatted(
                        guards.isEmpty() ? "" : ", \"validation\": \"other\"",
                        method,
                        training,
                        atOnce,
                        checkpoints,
                        guards.isEmpty() ? "" : GUARDED.formatted(guards)),
                JobSpec.class);
    }

    private Path words(String name, int times) throws IOException {
        Path file = folder.resolve(name + ".jsonl");
        Files.write(
                file,
                Stream.iterate(0, i -> i < 30, i -> i + 1)
                        .map(
                                i ->
                                        "{\"prompt\": \"%d and %d\", \"completion\": \" is %d\"}"
                                                .formatted(i, i, times * i))
                        .toList());
        return file;
    }

    static List<TrainerEvent> events(ByteArrayOutputStream lines) {
        return lines.toString(StandardCharsets.UTF_8).lines().map(TrainerEvent::of).toList();
    }

    /** One a step, in the order of the telling. */
    static List<Double> losses(List<TrainerEvent> events) {
        return values(events, "train/loss");
    }

    static List<Double> values(List<TrainerEvent> events, String key) {
        return events.stream()
                .filter(TrainerEvent.Metrics.class::isInstance)
                .map(event -> ((TrainerEvent.Metrics) event).values().get(key))
                .filter(value -> value != null)
                .toList();
    }

    static List<CheckpointSaved> saved(List<TrainerEvent> events) {
        return events.stream()
                .filter(CheckpointSaved.class::isInstance)
                .map(CheckpointSaved.class::cast)
                .toList();
    }

    /** Weights, optimizer and all else of the last checkpoint, by their sums. */
    static List<SavedFile> end(List<TrainerEvent> events) {
        return saved(events).getLast().files();
    }
}
