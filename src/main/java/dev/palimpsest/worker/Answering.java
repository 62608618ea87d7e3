package dev.palimpsest.worker;

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
        ExitCode code = new ExitCode(ended.getAsInt());
        return Optional.of(
                switch (lastWord) {
                    case TrainerEvent.Finished(long said, _) when said == read ->
                            new AnsweringEnding.Finished();
                    case TrainerEvent.Finished(long said, _) ->
                            new AnsweringEnding.Failed(
                                    "%s gave %d answers, of which %d could be read"
                                            .formatted(name, said, read),
                                    process.log().lastLines(),
                                    false);
                    case TrainerEvent.Failed(String reason) ->
                            new AnsweringEnding.Failed(reason, process.log().lastLines(), false);
                    case null, default ->
                            new AnsweringEnding.Failed(
                                    withoutAWord(code),
                                    process.log().lastLines(),
                                    code.interrupted());
                });
    }

    private String withoutAWord(ExitCode code) {
        if (code.signalled()) return code.told(name, room);
        return "%s ended with exit code %d; its last lines tell more".formatted(name, code.value());
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
