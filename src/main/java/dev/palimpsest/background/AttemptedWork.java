package dev.palimpsest.background;

import dev.palimpsest.artifacts.Damaged;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work on pieces that have rows: a process does it, watched from here, which learns once a second
 * whether the piece was cancelled.
 */
public abstract class AttemptedWork<A extends Turns.Attempt> implements Work {
    protected static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LOOKS_FOR_A_SHUTDOWN = 2;
    private static final Logger log = LoggerFactory.getLogger(AttemptedWork.class);

    private final Turns<?, A> turns;

    protected AttemptedWork(Turns<?, A> turns) {
        this.turns = turns;
    }

    /** Does it, or throws {@link CannotDo}. */
    protected abstract Ending attempt(A attempt, BooleanSupplier stopping)
            throws IOException, InterruptedException;

    /** What is done to a piece, in a verb. */
    protected abstract String verb();

    /** Clears away what earlier attempts left, which write no more. */
    protected void sweep(String id) throws IOException {}

    @Override
    public Ending run(String id, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        Optional<A> begun = turns.begin(id);
        sweep(id);
        if (begun.isEmpty()) return Ending.OVER;
        A attempt = begun.get();
        try {
            return attempt(attempt, stopping);
        } catch (CannotDo | Damaged cannot) {
            return failed(attempt, String.valueOf(cannot.getMessage()), "");
        }
    }

    @Override
    public void giveUp(String id, Throwable fault) {
        if (fault instanceof MachineFault last)
            turns.givenUp(id, last.breakdown().reason(), last.breakdown().lastLines());
        else turns.givenUp(id, "the worker could not %s it: %s".formatted(verb(), fault), "");
    }

    /** How it ends if it is to end before the process does. */
    protected final Optional<Ending> early(A attempt, BooleanSupplier stopping) {
        if (stopping.getAsBoolean()) return Optional.of(handedBack(attempt));
        if (turns.goesOn(attempt)) return Optional.empty();
        log.info("{} is called off", attempt.id());
        return Optional.of(Ending.OVER);
    }

    /**
     * The process broke: the piece failed, unless it is the machine's fault, and so is tried again,
     * or the process was asked to end as this one is, and was the faster.
     */
    protected final Ending broken(A attempt, Breakdown breakdown, BooleanSupplier stopping)
            throws InterruptedException {
        return switch (breakdown.blame()) {
            case PIECE -> failed(attempt, breakdown.reason(), breakdown.lastLines());
            case MACHINE -> againIfWanted(attempt, breakdown);
            case SIGNAL ->
                    stopsSoon(stopping) ? handedBack(attempt) : againIfWanted(attempt, breakdown);
        };
    }

    private Ending againIfWanted(A attempt, Breakdown breakdown) {
        if (!turns.handBack(attempt)) return Ending.OVER;
        log.warn("{} was broken off by its machine: {}", attempt.id(), breakdown.reason());
        throw new MachineFault(breakdown);
    }

    private Ending failed(A attempt, String reason, String detail) {
        if (turns.failed(attempt, reason, detail)) log.warn("{} failed: {}", attempt.id(), reason);
        return Ending.OVER;
    }

    private Ending handedBack(A attempt) {
        turns.handBack(attempt);
        return Ending.HANDED_BACK;
    }

    private static boolean stopsSoon(BooleanSupplier stopping) throws InterruptedException {
        for (int look = 0; look < LOOKS_FOR_A_SHUTDOWN && !stopping.getAsBoolean(); look++)
            Thread.sleep(BETWEEN_LOOKS);
        return stopping.getAsBoolean();
    }
}
