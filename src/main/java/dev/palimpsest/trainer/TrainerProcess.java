package dev.palimpsest.trainer;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.torch.Device;
import dev.palimpsest.torch.OutOfMemory;
import dev.palimpsest.training.Checkpoint.Damaged;
import dev.palimpsest.training.Checkpoint.Unwritten;
import dev.palimpsest.training.Diverged;
import dev.palimpsest.training.TrainingLoop.Stopped;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main program of a trainer: {@code trainer RUN_FILE}. Events go to standard output, the log to
 * standard error. When standard input ends or a signal comes, it saves its last step and stops.
 */
public final class TrainerProcess {
    private static final int FINISHED = 0;
    private static final int FAILED = 1;
    private static final int STOPPED = 3;
    private static final int OUT_OF_MEMORY = 4;
    private static final int DISK_FULL = 5;

    private static final Logger LOG = LoggerFactory.getLogger(TrainerProcess.class);

    private TrainerProcess() {}

    public static void main(String[] arguments) throws IOException {
        Begun<Run> begun = Begun.of(arguments, "trainer", Run.class);
        Run run = begun.run();
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(run.threads()));
        StopRequest stop = new StopRequest();
        stop.hearSignals();
        Thread.ofPlatform().daemon().start(() -> stop.hearEndOfInput(STOPPED));
        stop.end(run(run, new EventLines(begun.lines()), stop));
    }

    private static int run(Run run, EventLines events, StopRequest stop) throws IOException {
        try (RunningAttempt attempt = RunningAttempt.start(run, events, stop::isMade)) {
            attempt.toTheEnd();
            return FINISHED;
        } catch (Stopped asked) {
            return STOPPED;
        } catch (CannotGoOn
                | Damaged
                | Device.Missing
                | Diverged
                | InvalidData
                | Unwritten
                | UnsupportedModel cause) {
            if (cause instanceof Diverged diverged)
                events.write(new TrainerEvent.Diverged(diverged.step()));
            events.write(new TrainerEvent.Failed(String.valueOf(cause.getMessage())));
            return DiskFull.is(cause) ? DISK_FULL : FAILED;
        } catch (IOException | RuntimeException | OutOfMemoryError broken) {
            if (DiskFull.is(broken)) {
                LOG.error("a disk is full", broken);
                events.write(new TrainerEvent.Failed("a disk is full: " + broken.getMessage()));
                return DISK_FULL;
            }
            if (!OutOfMemory.is(broken)) throw broken;
            LOG.error("memory ran out", broken);
            events.write(
                    new TrainerEvent.Failed("memory ran out: " + OutOfMemory.sentence(broken)));
            return OUT_OF_MEMORY;
        }
    }

    /** Standard output, one event a line. */
    record EventLines(PrintStream out) {
        void write(TrainerEvent event) {
            byte[] line = (event.line() + "\n").getBytes(StandardCharsets.UTF_8);
            out.write(line, 0, line.length);
            out.flush();
        }
    }
}
