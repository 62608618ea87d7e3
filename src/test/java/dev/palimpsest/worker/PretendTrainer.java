package dev.palimpsest.worker;

import dev.palimpsest.evaluation.ItemResult;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.spec.Guard;
import dev.palimpsest.trainer.Protocol;
import dev.palimpsest.trainer.Run;
import dev.palimpsest.trainer.TrainerEvent;
import dev.palimpsest.training.Checkpoint.SavedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A real process that speaks the trainer's protocol and computes nothing: {@code MODE RUN_FILE}.
 */
final class PretendTrainer {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final long LAST_STEP = 10;

    private final Run run;

    private PretendTrainer(Run run) {
        this.run = run;
    }

    public static void main(String[] arguments) throws Exception {
        Run run = Protocol.read(Files.readString(Path.of(arguments[1])), Run.class);
        System.exit(new PretendTrainer(run).play(arguments[0]));
    }

    private int play(String mode) throws Exception {
        return switch (mode) {
            case "good" -> steps(LAST_STEP, true);
            case "fails" -> {
                say(new TrainerEvent.Diverged(3));
                say(new TrainerEvent.Failed("the loss is not a number at step 3"));
                System.err.println("what the log says");
                yield 1;
            }
            case "silent" -> 1;
            case "leaves" -> 0;
            case "stack-trace" -> throw new IllegalStateException("a bug");
            case "killed" -> signalled(4, "KILL");
            case "aborts" -> signalled(4, "ABRT");
            case "killed-once" ->
                    run.attempt() == 1 ? signalled(4, "KILL") : steps(LAST_STEP, true);
            case "hoards" -> {
                List<byte[]> hoard = new ArrayList<>();
                for (; ; ) hoard.add(new byte[1 << 20]); // until there is an OutOfMemoryError
            }
            case "bad-alloc" -> {
                System.err.println(
                        "terminate called after throwing an instance of 'std::bad_alloc'");
                yield signalled(4, "ABRT");
            }
            case "floods" -> flood();
            case "chatters" -> {
                System.out.println("a library greets");
                System.out.println("{\"type\": \"unheard of\"}");
                System.out.print("{\"type\":\"metr\u0000ics");
                System.out.println();
                yield steps(LAST_STEP, true);
            }
            case "nan" -> {
                started();
                say(
                        new TrainerEvent.Metrics(
                                1,
                                10,
                                Map.of("train/loss", Double.NaN, "x", Double.POSITIVE_INFINITY),
                                NOW));
                yield finished();
            }
            case "obedient" -> {
                steps(2, false);
                while (System.in.read() >= 0) {}
                yield 3;
            }
            case "rolls-back" -> {
                steps(6, false);
                say(new TrainerEvent.Diverged(7));
                say(new TrainerEvent.RolledBack(4, 40, "the loss became NaN at step 7"));
                for (long step = 5; step <= LAST_STEP; step++) {
                    say(new TrainerEvent.Metrics(step, step * 10, Map.of("train/loss", 7.0), NOW));
                    saved(step, false, "-rollback-1");
                    if (step % 5 == 0) scored(step);
                }
                yield finished();
            }
            case "goes-back" -> {
                steps(6, false);
                guarded(Guard.Action.GO_BACK, 5L);
                yield finished(6);
            }
            case "pauses" -> {
                steps(6, false);
                guarded(Guard.Action.PAUSE, null);
                yield 3;
            }
            case "newer" -> {
                started();
                String finished = new TrainerEvent.Finished(LAST_STEP, 1L << 30).line();
                System.out.println(finished.replace("{\"v\":1,", "{\"v\":2,"));
                new java.util.concurrent.CountDownLatch(1).await(); // until it is ended
                yield 0;
            }
            case "cannot-save" -> {
                steps(2, false);
                while (System.in.read() >= 0) {}
                say(new TrainerEvent.Failed("the checkpoint of step 2 could not be written"));
                yield 1;
            }
            case "disk-full" -> {
                steps(2, false);
                say(new TrainerEvent.Failed("step 3: No space left on device"));
                yield 5;
            }
            case "disk-full-in-a-library" -> {
                steps(2, false);
                System.err.println("cannot write: No space left on device");
                yield 1;
            }
            case "told" -> {
                steps(2, false);
                yield 3;
            }
            case "stubborn" -> {
                steps(2, false);
                new java.util.concurrent.CountDownLatch(1).await();
                yield 0;
            }
            default -> throw new IllegalArgumentException(mode);
        };
    }

    private int steps(long last, boolean finish) throws IOException {
        started();
        if (resumedAt() == 0) scored(0);
        for (long step = resumedAt() + 1; step <= last; step++) {
            say(new TrainerEvent.Metrics(step, step * 10, Map.of("train/loss", 1.0 / step), NOW));
            saved(step);
            if (step % 5 == 0) scored(step);
        }
        return finish ? finished() : 0;
    }

    private int signalled(long last, String signal) throws Exception {
        steps(last, false);
        System.err.println("the last line");
        String pid = Long.toString(ProcessHandle.current().pid());
        return new ProcessBuilder("kill", "-" + signal, pid).start().waitFor();
    }

    private int flood() {
        started();
        for (int i = 1; i <= 50_000; i++) System.err.println("line " + i + " \u0000 of a flood");
        return finished();
    }

    private void started() {
        say(
                new TrainerEvent.Started(
                        resumedAt(),
                        LAST_STEP,
                        1234,
                        new TrainerEvent.EpochData(40, 40, 1000, 1),
                        List.of("a warning")));
    }

    private int finished() {
        return finished(LAST_STEP);
    }

    private int finished(long steps) {
        say(new TrainerEvent.Finished(steps, 1L << 30));
        return 0;
    }

    private void guarded(Guard.Action action, @Nullable Long result) {
        say(
                new TrainerEvent.Guarded(
                        6,
                        new Guard.ValidationLoss(1, action),
                        List.of(
                                new Run.Measurement("validation/loss", 5, 2.5),
                                new Run.Measurement("validation/loss", 6, 2.75)),
                        result,
                        "the validation loss rose",
                        NOW));
    }

    private long resumedAt() {
        if (run.resumeFrom().isEmpty()) return 0;
        String folder = run.resumeFrom().getFirst();
        return Long.parseLong(folder.substring(folder.lastIndexOf('-') + 1));
    }

    private void scored(long step) {
        for (Run.TaskRun task : run.tasks()) {
            if (run.evaluated().contains(task.name() + "@" + step)) continue;
            List<ItemResult> items = new ArrayList<>();
            for (int i = 0; i < 250; i++) items.add(item(i));
            say(
                    new TrainerEvent.Evaluated(
                            step,
                            task.name(),
                            Map.of(
                                    "acc", new Measure(0.5 + step / 100.0, 0.1),
                                    "bits_per_byte", new Measure(2 - step / 100.0, null)),
                            items));
        }
    }

    private static ItemResult item(int index) {
        return new ItemResult(
                index,
                "question " + index,
                List.of(new ItemResult.Option("yes\u0000", -1.5, 1, 4)),
                0,
                index % 2,
                index % 2 == 0,
                List.of());
    }

    private void saved(long step) throws IOException {
        saved(step, false, "");
    }

    private void saved(long step, boolean interim, String suffix) throws IOException {
        Path folder = Path.of(run.folder()).resolve("step-" + step + suffix);
        Files.createDirectories(folder.resolve("state"));
        List<SavedFile> files = new ArrayList<>();
        for (String path : List.of("adapter_model.safetensors", "state/optimizer.safetensors")) {
            Files.writeString(folder.resolve(path), path + " at step " + step);
            files.add(
                    new SavedFile(path, Files.size(folder.resolve(path)), "sum-of-" + path + step));
        }
        say(
                new TrainerEvent.CheckpointSaved(
                        step,
                        step / 5.0,
                        step * 10,
                        "adapter",
                        interim,
                        false,
                        folder.toString(),
                        files));
    }

    private static void say(TrainerEvent event) {
        System.out.println(event.line());
    }
}
