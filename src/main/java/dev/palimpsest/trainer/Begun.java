package dev.palimpsest.trainer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How each of these processes begins: with a run file, its output kept for what it says.
 *
 * @param lines standard output, to which libraries log no more
 */
record Begun<T>(T run, PrintStream lines) {
    private static final int MISUSED = 2;
    private static final int STOPPED = 3;

    /** Reads the one argument's file; without it the process ends. */
    static <T> Begun<T> of(String[] arguments, String role, Class<T> type) throws IOException {
        PrintStream lines = System.out;
        System.setOut(System.err); // libraries log to standard output
        System.setProperty("logback.configurationFile", "logback-trainer.xml");
        System.setProperty("ai.djl.offline", "true");
        if (arguments.length != 1) {
            System.err.println("usage: " + role + " RUN_FILE");
            System.exit(MISUSED);
        }
        return new Begun<>(read(Path.of(arguments[0]), type), lines);
    }

    private static <T> T read(Path runFile, Class<T> type) throws IOException {
        try {
            return Protocol.read(Files.readString(runFile), type);
        } catch (Protocol.Newer newer) {
            System.err.println(newer.getMessage());
            System.exit(MISUSED);
            throw newer;
        }
    }

    /** What is not whole is of no use, so there is nothing to put in order. */
    static void stopAtEndOfInput() {
        awaitEndOfInput();
        Runtime.getRuntime().halt(STOPPED);
    }

    /** The worker is gone then, or wants an end. */
    static void awaitEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // nothing is ever said here; only the end matters
            }
        } catch (IOException closed) {
            // the same as the end
        }
    }
}
