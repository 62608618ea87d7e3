package dev.palimpsest.worker;

import dev.palimpsest.background.Breakdown;
import dev.palimpsest.trainer.TrainerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A process that says answers of one kind one after another, and how it ended. */
public final class Answering<E extends TrainerEvent> implements AutoCloseable {
    private static final int MOST_AT_ONCE = 10;

    private final RunningTrainer process;
    private final Class<E> answer;
    private final String name;
    private final String room;
    private long read;
    private @Nullable TrainerEvent lastWord;

    /**
     * @param name what it does, as in "the scoring was killed"
     * @param room a sentence's part about the memory it needs
     */
    Answering(RunningTrainer process, Class<E> answer, String name, String room) {
        this.process = process;
        this.answer = answer;
        this.name = name;
        this.room = room;
    }

    /** Asks one that listens for something. */
    public void say(String line) {
        process.say(line);
    }

    /** What it answered meanwhile; waits at most so long for the next one. */
    public List<E> answers(Duration patience) throws InterruptedException {
        List<E> answers = new ArrayList<>();
        for (TrainerEvent event : process.next(MOST_AT_ONCE, patience)) {
            lastWord = event;
            if (answer.isInstance(event)) answers.add(answer.cast(event));
        }
        read += answers.size();
        process.log().drain(); // nobody files its log
        return answers;
    }

    /** How it ended, once it has and all its answers were taken. */
    public Optional<AnsweringEnding> ending() throws InterruptedException {
        OptionalInt ended = process.ended();
        if (ended.isEmpty()) return Optional.empty();
        if (lastWord instanceof TrainerEvent.Finished(long said, _) && said == read)
            return Optional.of(new AnsweringEnding.Finished());
        return Optional.of(new AnsweringEnding.Failed(breakdown(new ExitCode(ended.getAsInt()))));
    }

    private Breakdown breakdown(ExitCode code) {
        String lastLines = process.log().lastLines();
        return switch (lastWord) {
            case TrainerEvent.Finished(long said, _) ->
                    new Breakdown(
                            "%s gave %d answers, of which %d could be read"
                                    .formatted(name, said, read),
                            lastLines,
                            Breakdown.Blame.PIECE);
            case TrainerEvent.Failed(String reason) ->
                    new Breakdown(reason, lastLines, Breakdown.Blame.PIECE);
            case null, default -> code.breakdown(name, room, lastLines);
        };
    }

    /** Ends it, and waits until all it had of the device is free. */
    public void closeFully() throws InterruptedException {
        process.closeFully();
    }

    /** Ends it if it runs: what it has not said is asked anew. */
    @Override
    public void close() {
        process.close();
    }
}
