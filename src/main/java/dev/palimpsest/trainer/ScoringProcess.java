package dev.palimpsest.trainer;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.evaluation.ItemFile;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.evaluation.TaskResult;
import dev.palimpsest.model.Inference;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.torch.Device;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The main program of a scoring: {@code score RUN_FILE}. It says a trainer's evaluation events,
 * whose step is the task's place, and then that it has finished. When standard input ends, the
 * worker is gone or wants it to stop.
 */
public final class ScoringProcess {
    private static final int FINISHED = 0;
    private static final int FAILED = 1;

    private ScoringProcess() {}

    public static void main(String[] arguments) throws IOException {
        Begun<ScoringRun> begun = Begun.of(arguments, "score", ScoringRun.class);
        ScoringRun run = begun.run();
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(run.threads()));
        Thread.ofPlatform().daemon().start(Begun::stopAtEndOfInput);
        System.exit(run(run, new TrainerProcess.EventLines(begun.lines())));
    }

    private static int run(ScoringRun run, TrainerProcess.EventLines events) throws IOException {
        try (Scope scope = Scope.open(new Device(run.device()));
                Tokenizer tokenizer =
                        Tokenizer.open(Path.of(run.model()).resolve("tokenizer.json"))) {
            ScoringRun scored = truncated(run, events);
            Inference model =
                    new Inference(
                            FrozenModel.decoder(
                                    scored.model(),
                                    scored.checkpoint(),
                                    scored.kind(),
                                    scored.bf16(),
                                    scope),
                            tokenizer.endOfText());
            for (ScoringRun.Asked asked : run.tasks()) {
                ItemFile items = new ItemFile(Path.of(asked.items()), asked.limit());
                TaskResult result = task(asked).score(items, model, tokenizer);
                events.write(
                        new TrainerEvent.Evaluated(
                                asked.place(), asked.task(), result.metrics(), result.items()));
            }
            int answers = run.tasks().size() + (run.truncation() == null ? 0 : 1);
            events.write(new TrainerEvent.Finished(answers, Memory.peakBytes()));
            return FINISHED;
        } catch (Device.Missing | InvalidData | UnsupportedModel cause) {
            events.write(new TrainerEvent.Failed(String.valueOf(cause.getMessage())));
            return FAILED;
        }
    }

    /** What is scored in fact: a model of this process's own where something is cut down first. */
    private static ScoringRun truncated(ScoringRun run, TrainerProcess.EventLines events)
            throws IOException {
        if (run.truncation() == null || run.checkpoint() == null || run.kind() == null) return run;
        Path folder = Files.createDirectory(Path.of("truncated"));
        Truncating truncating =
                new Truncating(
                        Path.of(run.model()),
                        Path.of(run.checkpoint()),
                        run.kind(),
                        run.truncation());
        events.write(new TrainerEvent.Truncated(truncating.write(folder)));
        return run.ofModel(folder.toString());
    }

    private static Task task(ScoringRun.Asked asked) {
        return TaskByName.of(asked.task(), asked.definition(), asked.convention());
    }
}
