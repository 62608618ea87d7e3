package dev.palimpsest.worker;

import dev.palimpsest.background.Breakdown;
import dev.palimpsest.torch.OutOfMemory;
import dev.palimpsest.trainer.DiskFull;

/** What a process's exit code tells of its end, where it said nothing itself. */
record ExitCode(int value) {
    private static final int SIGNALS = 128;

    boolean signalled() {
        return value > SIGNALS;
    }

    /** By one that nobody can refuse. */
    boolean killed() {
        return value == SIGNALS + 9;
    }

    /** By a signal with which a terminal or a system asks for an end. */
    boolean interrupted() {
        return value == SIGNALS + 2 || value == SIGNALS + 15;
    }

    /**
     * Why a process that does other work than a job's has ended with it; {@code thrift} is what
     * would need less memory.
     */
    Breakdown breakdown(String process, String thrift, String lastLines) {
        if (signalled())
            return new Breakdown(
                    told(process, thrift),
                    lastLines,
                    interrupted() ? Breakdown.Blame.SIGNAL : Breakdown.Blame.MACHINE);
        if (DiskFull.isSaid(lastLines))
            return new Breakdown(
                    process + " found a disk full: " + DiskFull.sentence(lastLines),
                    lastLines,
                    Breakdown.Blame.MACHINE);
        if (OutOfMemory.isSaid(lastLines))
            return new Breakdown(
                    process + " ran out of memory; " + thrift, lastLines, Breakdown.Blame.MACHINE);
        return new Breakdown(
                "%s ended with exit code %d; its last lines tell more".formatted(process, value),
                lastLines,
                Breakdown.Blame.PIECE);
    }

    /** Says how a signal ended it; {@code thrift} is what would need less memory. */
    String told(String process, String thrift) {
        return process
                + switch (value - SIGNALS) {
                    case 6 ->
                            " aborted (SIGABRT): a fault in native code; its last lines tell more";
                    case 9 -> " was killed (SIGKILL), most likely out of memory; " + thrift;
                    case 11 ->
                            " crashed (SIGSEGV): a fault in native code; its last lines tell more";
                    default -> " was ended by " + name(value - SIGNALS);
                };
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
