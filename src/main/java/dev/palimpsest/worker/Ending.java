package dev.palimpsest.worker;

import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.trainer.TrainerEvent;
import org.jspecify.annotations.Nullable;

/** Says in one sentence why a trainer ended, from its last word and its exit code. */
record Ending(@Nullable TrainerEvent lastWord, int exitCode, String lastLines) {
    private static final int INPUT_CLOSED = 3;
    private static final int SIGNALS = 128;

    Outcome outcome() {
        return switch (lastWord) {
            case TrainerEvent.Finished(long steps, long peak) -> new Outcome.Finished(steps, peak);
            case TrainerEvent.Failed(var reason) -> new Outcome.Failed(reason, lastLines, false);
            case null, default -> withoutAWord();
        };
    }

    /** By a signal with which a terminal or a system asks for an end. */
    boolean interrupted() {
        return exitCode == SIGNALS + 2 || exitCode == SIGNALS + 15;
    }

    private Outcome withoutAWord() {
        if (exitCode > SIGNALS) return new Outcome.Failed(signalled(), lastLines, true);
        return switch (exitCode) {
            case 0 ->
                    failed(
                            "the trainer ended without saying that it had finished; its last lines tell more");
            case INPUT_CLOSED ->
                    new Outcome.Failed(
                            "the trainer stopped because its input was closed", lastLines, true);
            default -> failed("the trainer ended with exit code " + exitCode + because());
        };
    }

    private Outcome failed(String reason) {
        return new Outcome.Failed(reason, lastLines, false);
    }

    private String signalled() {
        return switch (exitCode - SIGNALS) {
            case 6 ->
                    "the trainer aborted (SIGABRT): a fault in native code; its last lines tell more";
            case 9 ->
                    "the trainer was killed (SIGKILL), most likely out of memory; a smaller micro_batch_size or sequence_length needs less";
            case 11 ->
                    "the trainer crashed (SIGSEGV): a fault in native code; its last lines tell more";
            default -> "the trainer was ended by " + name(exitCode - SIGNALS);
        };
    }

    private String because() {
        String last = lastLines.substring(lastLines.lastIndexOf('\n') + 1).strip();
        return last.isEmpty() ? " and no word" : ": " + last;
    }

    private static String name(int signal) {
        return switch (signal) {
            case 1 -> "SIGHUP";
            case 2 -> "SIGINT";
            case 4 -> "SIGILL";
            case 7 -> "SIGBUS";
            case 8 -> "SIGFPE";
            case 15 -> "SIGTERM";
            default -> "signal " + signal;
        };
    }
}
