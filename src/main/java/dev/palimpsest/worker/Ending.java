package dev.palimpsest.worker;

import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.torch.OutOfMemory;
import dev.palimpsest.trainer.DiskFull;
import dev.palimpsest.trainer.TrainerEvent;
import org.jspecify.annotations.Nullable;

/**
 * Says in one sentence why a trainer ended, from its last word and its exit code.
 *
 * @param killedForMemory whether the kernel ended a process beside it for want of memory meanwhile
 */
record Ending(
        @Nullable TrainerEvent lastWord, int exitCode, String lastLines, boolean killedForMemory) {
    private static final int STOPPED = 3;
    private static final int OUT_OF_MEMORY = 4;
    private static final int DISK_FULL = 5;

    Outcome outcome() {
        return switch (lastWord) {
            case TrainerEvent.Finished(long steps, long peak) -> new Outcome.Finished(steps, peak);
            case TrainerEvent.Failed(var reason) when exitCode == OUT_OF_MEMORY ->
                    new Outcome.OutOfMemory(reason, lastLines);
            case TrainerEvent.Failed(var reason) when exitCode == DISK_FULL ->
                    new Outcome.DiskFull(reason, lastLines);
            case TrainerEvent.Failed(var reason) -> new Outcome.Failed(reason, lastLines, false);
            case null, default -> withoutAWord();
        };
    }

    /** What has come of an end that was asked for; the trainer may have been done before. */
    Outcome outcome(Outcome asked) {
        return switch (lastWord) {
            case TrainerEvent.Finished(long steps, long peak) -> new Outcome.Finished(steps, peak);
            case TrainerEvent.Failed(var reason) ->
                    switch (asked) {
                        case Outcome.Paused _ -> new Outcome.Paused(reason);
                        case Outcome.HandedBack(var why) ->
                                new Outcome.HandedBack(why + "; " + reason);
                        default -> asked;
                    };
            case null, default -> asked;
        };
    }

    /** By a signal with which a terminal or a system asks for an end. */
    boolean interrupted() {
        return exitCode == STOPPED || new ExitCode(exitCode).interrupted();
    }

    private Outcome withoutAWord() {
        ExitCode code = new ExitCode(exitCode);
        if (ranOut(code))
            return new Outcome.OutOfMemory(
                    "the trainer ran out of memory, and ended with exit code " + exitCode,
                    lastLines);
        if (code.signalled())
            return new Outcome.Failed(
                    code.told(
                            "the trainer",
                            "a smaller micro_batch_size or sequence_length needs less"),
                    lastLines,
                    true);
        if (exitCode != 0 && DiskFull.isSaid(lastLines))
            return new Outcome.DiskFull("a disk is full" + because(), lastLines);
        return switch (exitCode) {
            case 0 ->
                    failed(
                            "the trainer ended without saying that it had finished; its last lines tell more");
            case STOPPED ->
                    new Outcome.HandedBack(
                            "the trainer was told to stop, not by its worker; its last step is saved");
            default -> failed("the trainer ended with exit code " + exitCode + because());
        };
    }

    /** A SIGKILL alone may have come from anybody. */
    private boolean ranOut(ExitCode code) {
        if (exitCode == 0 || exitCode == STOPPED) return false;
        return code.killed() ? killedForMemory : OutOfMemory.isSaid(lastLines);
    }

    private Outcome failed(String reason) {
        return new Outcome.Failed(reason, lastLines, false);
    }

    private String because() {
        String last = lastLines.substring(lastLines.lastIndexOf('\n') + 1).strip();
        return last.isEmpty() ? " and no word" : ": " + last;
    }
}
