package dev.palimpsest.worker;

import dev.palimpsest.trainer.TrainerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A scoring's process: it says a score for each task, and how it ended. */
public final class RunningScoring implements AutoCloseable {
    private static final int MOST_AT_ONCE = 10;

    private final RunningTrainer process;
    private @Nullable TrainerEvent lastWord;

    RunningScoring(RunningTrainer process) {
        this.process = process;
    }

    /** What was scored meanwhile; waits at most so long for the next one. */
    public List<TrainerEvent.Evaluated> scored(Duration patience) throws InterruptedException {
        List<TrainerEvent.Evaluated> scored = new ArrayList<>();
        for (TrainerEvent event : process.next(MOST_AT_ONCE, patience)) {
            lastWord = event;
            if (event instanceof TrainerEvent.Evaluated score) scored.add(score);
        }
        process.log().drain(); // nobody files a scoring's log
        return scored;
    }

    /** How it ended, once it has and all its scores were taken. */
    public Optional<ScoringEnding> ending() throws InterruptedException {
        OptionalInt ended = process.ended();
        if (ended.isEmpty()) return Optional.empty();
        ExitCode code = new ExitCode(ended.getAsInt());
        return Optional.of(
                switch (lastWord) {
                    case TrainerEvent.Finished _ -> new ScoringEnding.Finished();
                    case TrainerEvent.Failed(String reason) ->
                            new ScoringEnding.Failed(reason, process.log().lastLines(), false);
                    case null, default ->
                            new ScoringEnding.Failed(
                                    withoutAWord(code),
                                    process.log().lastLines(),
                                    code.interrupted());
                });
    }

    private static String withoutAWord(ExitCode code) {
        if (code.signalled())
            return code.told("the scoring", "it needs room for the model and for what it reads");
        return "the scoring ended with exit code %d; its last lines tell more"
                .formatted(code.value());
    }

    /** Ends it if it runs: what it has not said is scored anew. */
    @Override
    public void close() {
        process.close();
    }
}
