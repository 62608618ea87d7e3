package dev.palimpsest.worker;

import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.jobs.Wish;
import dev.palimpsest.trainer.TrainerEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Watches one trainer from its start to its end. */
@Component
class Supervision {
    private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);
    private static final Logger TRAINER = LoggerFactory.getLogger("trainer");
    private static final int MOST_EVENTS_AT_ONCE = 500;
    private static final Duration AT_MOST_UNFILED = Duration.ofMillis(250);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** The job knows for what. */
    private static final Outcome MADE_WAY = new Outcome.HandedBack("it was asked to make way");

    private final Filing filing;
    private final Housekeeping housekeeping;
    private final TrainerCommand command;
    private final WorkerSettings settings;

    Supervision(
            Filing filing,
            Housekeeping housekeeping,
            TrainerCommand command,
            WorkerSettings settings) {
        this.filing = filing;
        this.housekeeping = housekeeping;
        this.command = command;
        this.settings = settings;
    }

    /** Runs a trainer; throws {@link dev.palimpsest.jobs.Fenced} once another has its turn. */
    Outcome run(Assignment assignment, Path runFile, BooleanSupplier leaving)
            throws InterruptedException {
        try (RunningTrainer trainer = RunningTrainer.start(command, assignment.folder(), runFile)) {
            LOG.info(
                    "job {}: attempt {} begins as process {}",
                    assignment.turn().job(),
                    assignment.turn().attempt(),
                    trainer.pid().orElse(-1L));
            return watched(assignment, trainer, leaving);
        }
    }

    private Outcome watched(Assignment assignment, RunningTrainer trainer, BooleanSupplier leaving)
            throws InterruptedException {
        @Nullable TrainerEvent lastWord = null;
        @Nullable Outcome asked = null;
        Wish wish = Wish.GO_ON;
        Timer grace = Timer.stopped();
        Duration left = assignment.timeLeft();
        Timer limit = left == null ? Timer.stopped() : Timer.of(left);
        long kills = OomKills.count();
        Timer nextLook = Timer.of(Duration.ZERO);
        OptionalInt ended = OptionalInt.empty();
        while (ended.isEmpty()) {
            List<TrainerEvent> events = trainer.next(MOST_EVENTS_AT_ONCE, AT_MOST_UNFILED);
            ended = trainer.ended();
            var lines = trainer.log().drain();
            lines.forEach(line -> TRAINER.debug(line.text()));
            if (!events.isEmpty() || !lines.isEmpty() || nextLook.over()) {
                Filing.Filed filed = filing.file(assignment, events, lines);
                wish = filed.wish();
                housekeeping.delete(filed.forgotten());
                nextLook = Timer.of(BETWEEN_LOOKS);
            }
            if (!events.isEmpty()) lastWord = events.getLast();
            if (events.stream().anyMatch(TrainerEvent.CheckpointSaved.class::isInstance))
                housekeeping.prune(assignment.turn().job(), assignment.checkpoints());
            Outcome wanted = wanted(wish, leaving.getAsBoolean());
            if (wanted == null || isPatient(wanted))
                wanted = limit.over() ? timedOut(assignment) : wanted;
            if (wanted != null && (asked == null || isPatient(asked))) {
                if (!wanted.equals(asked)) grace = grace(wanted);
                asked = wanted;
                trainer.ask();
            }
            if (grace.over()) trainer.kill();
        }
        Ending ending =
                new Ending(
                        lastWord,
                        ended.getAsInt(),
                        trainer.log().lastLines(),
                        OomKills.count() > kills);
        if (asked == null && ending.interrupted() && leavesSoon(trainer, leaving))
            asked = handedBack();
        return asked == null ? ending.outcome() : ending.outcome(asked);
    }

    private static @Nullable Outcome wanted(Wish wish, boolean leaving) {
        if (wish == Wish.CANCEL) return new Outcome.Cancelled();
        if (leaving) return handedBack();
        if (wish == Wish.PAUSE) return new Outcome.Paused(null);
        return wish == Wish.YIELD ? MADE_WAY : null;
    }

    private Timer grace(Outcome wanted) {
        return isPatient(wanted) ? Timer.stopped() : Timer.of(settings.grace());
    }

    /** Nobody is in a hurry for a pause, and what a kill would cost is what it is to save. */
    private static boolean isPatient(Outcome wanted) {
        return wanted instanceof Outcome.Paused || wanted.equals(MADE_WAY);
    }

    /** A terminal's Ctrl-C goes to the trainer too, which may be the faster to end. */
    private boolean leavesSoon(RunningTrainer trainer, BooleanSupplier leaving)
            throws InterruptedException {
        Timer patience = Timer.of(BETWEEN_LOOKS.multipliedBy(2));
        while (!leaving.getAsBoolean() && !patience.over()) trainer.next(1, AT_MOST_UNFILED);
        return leaving.getAsBoolean();
    }

    private static Outcome timedOut(Assignment assignment) {
        return new Outcome.TimedOut(
                assignment.run().spec().resources().limit().orElse(Duration.ZERO));
    }

    private static Outcome handedBack() {
        return new Outcome.HandedBack("the worker was stopped");
    }
}
