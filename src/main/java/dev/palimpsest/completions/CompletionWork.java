package dev.palimpsest.completions;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.artifacts.Damaged;
import dev.palimpsest.background.Breakdown;
import dev.palimpsest.background.DeviceWork;
import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.completions.CompletionTurns.Begun;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.trainer.CompletionRun;
import dev.palimpsest.trainer.CompletionWish;
import dev.palimpsest.trainer.TrainerEvent;
import dev.palimpsest.trainer.TrainerEvent.CompletionAnswer;
import dev.palimpsest.worker.Answering;
import dev.palimpsest.worker.AnsweringEnding;
import dev.palimpsest.worker.Writers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Has one completion written, and files its pieces as they come. */
@Component
class CompletionWork implements DeviceWork {
    static final String NAME = "completion";
    private static final Logger log = LoggerFactory.getLogger(CompletionWork.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final int LOOKS_FOR_AN_END = 40;

    private final CompletionTurns turns;
    private final KeptWriter writer;
    private final Writers writers;
    private final Models models;
    private final Checkpoints checkpoints;
    private final Artifacts artifacts;
    private long number; // of the wish; a worker does one at a time

    CompletionWork(
            CompletionTurns turns,
            KeptWriter writer,
            Writers writers,
            Models models,
            Checkpoints checkpoints,
            Artifacts artifacts) {
        this.turns = turns;
        this.writer = writer;
        this.writers = writers;
        this.models = models;
        this.checkpoints = checkpoints;
        this.artifacts = artifacts;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void letGo() throws InterruptedException {
        try {
            writer.letGo();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void giveUp(String id, Throwable fault) {
        turns.givenUp(id, "the worker could not write it: " + fault);
    }

    @Override
    public Ending run(String id, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        Optional<Begun> begun = turns.begin(id);
        return begun.isEmpty() ? Ending.OVER : written(begun.get(), stopping);
    }

    private Ending written(Begun begun, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        Optional<Answering<CompletionAnswer>> process;
        try {
            process = process(begun);
        } catch (Damaged damaged) {
            turns.failed(begun, String.valueOf(damaged.getMessage()));
            return Ending.OVER;
        }
        if (process.isEmpty()) {
            turns.failed(begun, "the weights that were asked for are no longer there");
            return Ending.OVER;
        }
        number++;
        process.get().say(new CompletionWish.Write(number, begun.texts()).line());
        try {
            return watched(begun, process.get(), stopping);
        } finally {
            writer.rest();
        }
    }

    private Ending watched(
            Begun begun, Answering<CompletionAnswer> process, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        while (true) {
            List<CompletionAnswer> answers = mine(process.answers(BETWEEN_LOOKS));
            List<Piece> pieces =
                    answers.stream()
                            .filter(TrainerEvent.Wrote.class::isInstance)
                            .map(TrainerEvent.Wrote.class::cast)
                            .map(CompletionWork::piece)
                            .toList();
            boolean wanted = pieces.isEmpty() ? turns.goesOn(begun) : turns.file(begun, pieces);
            if (isAnswered(answers)) {
                turns.succeeded(begun);
                return Ending.OVER;
            }
            if (process.ending().orElse(null) instanceof AnsweringEnding.Failed failed)
                return broken(begun, failed.breakdown(), stopping);
            if (stopping.getAsBoolean()) return handedBack(begun);
            if (!wanted) {
                callOff(process);
                return Ending.OVER;
            }
        }
    }

    /** A terminal's Ctrl-C goes to the process too, which may be the faster to end. */
    private Ending broken(Begun begun, Breakdown failed, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        writer.letGo();
        for (int look = 0; failed.blame() == Breakdown.Blame.SIGNAL && look < 2; look++) {
            if (stopping.getAsBoolean()) return handedBack(begun);
            Thread.sleep(BETWEEN_LOOKS);
        }
        log.warn("{} failed: {}", begun.id(), failed.reason());
        turns.failed(begun, failed.reason());
        return Ending.OVER;
    }

    private Ending handedBack(Begun begun) {
        return turns.handBack(begun) ? Ending.HANDED_BACK : Ending.OVER;
    }

    /** It stops at the next token; one in the middle of a long prompt is not waited for. */
    private void callOff(Answering<CompletionAnswer> process)
            throws IOException, InterruptedException {
        process.say(new CompletionWish.CallOff(number).line());
        for (int look = 0; look < LOOKS_FOR_AN_END; look++)
            if (isAnswered(mine(process.answers(BETWEEN_LOOKS)))) return;
        writer.letGo();
    }

    private List<CompletionAnswer> mine(List<CompletionAnswer> answers) {
        return answers.stream().filter(answer -> answer.number() == number).toList();
    }

    private static boolean isAnswered(List<CompletionAnswer> answers) {
        return answers.stream().anyMatch(TrainerEvent.Answered.class::isInstance);
    }

    private static Piece piece(TrainerEvent.Wrote wrote) {
        return new Piece(
                wrote.choice(), wrote.text(), wrote.tokens(), wrote.ending(), wrote.told());
    }

    /** Nothing if what was to write has gone. */
    private Optional<Answering<CompletionAnswer>> process(Begun begun)
            throws IOException, InterruptedException {
        Optional<BaseModel> model = models.findByName(begun.baseModel()).filter(BaseModel::isReady);
        if (model.isEmpty()) return Optional.empty();
        String folder = model.get().directory(artifacts).toString();
        String content = model.get().contentHash().orElseThrow();
        if (begun.checkpoint() == null)
            return Optional.of(
                    writer.of(
                            new CompletionRun(
                                    folder,
                                    null,
                                    null,
                                    begun.bf16(),
                                    writers.threads(),
                                    writers.device()),
                            content));
        Optional<Checkpoint> checkpoint = checkpoints.find(begun.checkpoint());
        if (checkpoint.isEmpty()) return Optional.empty();
        CompletionRun run =
                new CompletionRun(
                        folder,
                        checkpoint.get().verified(artifacts).toString(),
                        checkpoint.get().kind(),
                        begun.bf16(),
                        writers.threads(),
                        writers.device());
        return Optional.of(writer.of(run, content + checkpoint.get().content()));
    }
}
