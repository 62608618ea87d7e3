package dev.palimpsest.sandbox;

import dev.palimpsest.sandbox.Verdict.Ending;
import dev.palimpsest.sandbox.Wire.Answer;
import dev.palimpsest.sandbox.Wire.Request;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;

/**
 * GraalPy with every door shut. Each program has a context of its own, which is made and given the
 * usual imports while the program before it runs.
 */
final class Interpreter implements AutoCloseable {
    private static final int LONGEST_DETAIL = 500;

    /**
     * As the harnesses do it: neither {@code __main__} nor anything else is in a program's names.
     */
    private static final String DRIVER =
            """
            import bisect, collections, copy, functools, heapq, itertools
            import math, operator, random, re, string, typing

            def run(program):
                exec(compile(program, "program.py", "exec"), {})

            run
            """;

    private record Ready(Context context, Value run) implements AutoCloseable {
        /** Cancels whatever still runs; hooks that a program left for its end don't. */
        @Override
        public void close() {
            context.close(true);
        }
    }

    private final ExecutorService maker =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private final Engine engine =
            Engine.newBuilder("python")
                    .allowExperimentalOptions(true)
                    .option("engine.WarnInterpreterOnly", "false")
                    .option("python.BackgroundGCTask", "false")
                    .in(InputStream.nullInputStream())
                    .out(OutputStream.nullOutputStream())
                    .err(OutputStream.nullOutputStream())
                    .logHandler(OutputStream.nullOutputStream())
                    .build();
    private CompletableFuture<Ready> next = prepare();

    /** An interpreter that has run a program. */
    static Interpreter warm() {
        Interpreter interpreter = new Interpreter();
        Answer answer = interpreter.run(new Request("assert sorted([2, 1]) == [1, 2]", 300));
        if (answer.ending() != Ending.PASSED) throw new IllegalStateException(answer.detail());
        return interpreter;
    }

    Answer run(Request request) {
        try (Ready ready = next.join();
                Deadline deadline = Deadline.in(request.seconds(), ready::close)) {
            next = prepare();
            return run(request.program(), ready.run(), deadline);
        }
    }

    private static Answer run(String program, Value run, Deadline deadline) {
        try {
            run.executeVoid(program);
            return new Answer(Ending.PASSED, "", deadline.seconds(), true);
        } catch (PolyglotException | IllegalStateException thrown) {
            Ending ending = deadline.passed() ? Ending.TIMED_OUT : ending(thrown);
            boolean sound = !(thrown instanceof PolyglotException e && e.isInternalError());
            return new Answer(ending, detail(thrown), deadline.seconds(), sound);
        }
    }

    private static Ending ending(RuntimeException thrown) {
        String detail = detail(thrown);
        if (detail.startsWith("MemoryError")) return Ending.OUT_OF_MEMORY;
        if (detail.startsWith("PermissionError")) return Ending.REFUSED;
        return Ending.FAILED;
    }

    private static String detail(RuntimeException thrown) {
        if (thrown instanceof PolyglotException exit && exit.isExit())
            return "SystemExit: " + exit.getExitStatus();
        String message = String.valueOf(thrown.getMessage());
        return message.length() <= LONGEST_DETAIL
                ? message
                : message.substring(0, LONGEST_DETAIL) + "…";
    }

    private CompletableFuture<Ready> prepare() {
        return CompletableFuture.supplyAsync(this::ready, maker);
    }

    private Ready ready() {
        Context context =
                Context.newBuilder("python")
                        .engine(engine)
                        .allowAllAccess(false)
                        .allowHostAccess(HostAccess.NONE)
                        .allowIO(IOAccess.NONE)
                        .allowPolyglotAccess(PolyglotAccess.NONE)
                        .allowEnvironmentAccess(EnvironmentAccess.NONE)
                        .allowNativeAccess(false)
                        .allowCreateProcess(false)
                        .allowCreateThread(false)
                        .build();
        return new Ready(context, context.eval("python", DRIVER));
    }

    @Override
    public void close() {
        maker.shutdownNow();
        engine.close(true);
    }
}
