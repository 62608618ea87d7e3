package dev.palimpsest.sandbox;

import dev.palimpsest.sandbox.Child.Reply.Answered;
import dev.palimpsest.sandbox.Child.Reply.Ended;
import dev.palimpsest.sandbox.Child.Reply.Silent;
import dev.palimpsest.sandbox.Verdict.Ending;
import dev.palimpsest.sandbox.Wire.Answer;
import dev.palimpsest.sandbox.Wire.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Runs generated programs one at a time in a child process. Whatever a program does, it ends within
 * its limit and two seconds more, and the next one runs; after a kill a new child starts at once.
 */
public final class Sandbox implements AutoCloseable {
    public static final int HEAP_MEGABYTES = 512;

    private static final int LONGEST_PROGRAM = 1 << 20;
    private static final Duration GRACE = Deadline.GRACE.plusSeconds(1);

    private final TimeLimit limit;
    private final int heapMegabytes;
    private final Path folder;
    private Child child;

    public Sandbox(TimeLimit limit) {
        this(limit, HEAP_MEGABYTES);
    }

    public Sandbox(TimeLimit limit, int heapMegabytes) {
        this.limit = limit;
        this.heapMegabytes = heapMegabytes;
        try {
            this.folder = Files.createTempDirectory("sandbox-");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        this.child = Child.start(heapMegabytes, folder);
    }

    /** An interpreter that broke, be it by an earlier program, gives way to a new one once. */
    public synchronized Verdict run(String program) throws InterruptedException {
        if (program.length() > LONGEST_PROGRAM)
            return verdict(
                    Ending.REFUSED, "longer than %d characters".formatted(LONGEST_PROGRAM), 0);
        Answer answer = attempt(program);
        if (!answer.sound()) answer = attempt(program);
        return verdict(answer.ending(), answer.detail(), answer.seconds());
    }

    private Answer attempt(String program) throws InterruptedException {
        double seconds = limit.allowed().toNanos() / 1e9;
        child.awaitReady();
        long start = System.nanoTime();
        Child.Reply reply = asked(new Request(program, seconds));
        double waited = (System.nanoTime() - start) / 1e9;
        if (!(reply instanceof Answered(Answer answer) && answer.sound())) restart();
        return switch (reply) {
            case Answered(Answer answer) -> answer;
            case Silent() -> killed(Ending.TIMED_OUT, "killed", waited);
            case Ended(int exitCode) ->
                    switch (exitCode) {
                        case Wire.OUT_OF_MEMORY ->
                                killed(
                                        Ending.OUT_OF_MEMORY,
                                        "more than the heap of %d MB".formatted(heapMegabytes),
                                        waited);
                        case Wire.OVERTIME -> killed(Ending.TIMED_OUT, "killed", waited);
                        default ->
                                new Answer(
                                        Ending.FAILED,
                                        "the interpreter's process ended with " + exitCode,
                                        waited,
                                        false);
                    };
        };
    }

    /** Who is interrupted leaves no child behind that still has something to answer. */
    private Child.Reply asked(Request request) throws InterruptedException {
        try {
            return child.ask(request, limit.allowed().plus(GRACE));
        } catch (InterruptedException interrupted) {
            restart();
            throw interrupted;
        }
    }

    private static Answer killed(Ending ending, String detail, double seconds) {
        return new Answer(ending, detail, seconds, true);
    }

    private void restart() {
        child.close();
        child = Child.start(heapMegabytes, folder);
    }

    private Verdict verdict(Ending ending, String detail, double seconds) {
        return new Verdict(ending, detail, seconds, limit);
    }

    @Override
    public synchronized void close() {
        child.close();
        try {
            Files.deleteIfExists(folder.resolve("log"));
            Files.deleteIfExists(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
