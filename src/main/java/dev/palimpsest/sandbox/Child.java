package dev.palimpsest.sandbox;

import dev.palimpsest.launch.ThisProgram;
import dev.palimpsest.sandbox.Wire.Answer;
import dev.palimpsest.sandbox.Wire.Request;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;

/** A sandbox's process, spoken to in turns. */
final class Child implements AutoCloseable {
    private static final Duration STARTING = Duration.ofMinutes(3);
    private static final int MOST_WAITING = 4; // it has no reason to say more than it is asked
    private static final String LOG = "log";

    /** What comes of a question. */
    sealed interface Reply {
        record Answered(Answer answer) implements Reply {}

        record Ended(int exitCode) implements Reply {}

        record Silent() implements Reply {}
    }

    private sealed interface Heard {
        record Line(String text) implements Heard {}

        record End() implements Heard {}
    }

    private final Process process;
    private final Path folder;
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>(MOST_WAITING);
    private boolean ready;

    private Child(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
        Thread.ofPlatform().daemon().start(this::listen);
    }

    static Child start(int heapMegabytes, Path folder) {
        ProcessBuilder builder =
                new ProcessBuilder(ThisProgram.in("sandbox", options(heapMegabytes)))
                        .directory(folder.toFile())
                        .redirectError(folder.resolve(LOG).toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("HOME", "XDG_CACHE_HOME", "LANG"));
        try {
            return new Child(builder.start(), folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The JVM's own words go to the log: standard output is for answers. */
    private static List<String> options(int heapMegabytes) {
        return List.of(
                "-Xmx" + heapMegabytes + "m",
                "-XX:MaxMetaspaceSize=256m",
                "-XX:MaxDirectMemorySize=16m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:-UsePerfData",
                "-XX:+DisableAttachMechanism",
                "-XX:-CreateCoredumpOnCrash",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    }

    Reply ask(Request request, Duration patience) throws InterruptedException {
        try {
            Writer requests = process.outputWriter(StandardCharsets.UTF_8);
            requests.write(request.line() + "\n");
            requests.flush();
        } catch (IOException _) {
            return new Reply.Ended(process.waitFor());
        }
        return switch (heard.poll(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            case null -> new Reply.Silent();
            case Heard.End() -> new Reply.Ended(process.waitFor());
            case Heard.Line(String text) -> new Reply.Answered(answer(text));
        };
    }

    /** Starting takes seconds, which are no program's. */
    void awaitReady() throws InterruptedException {
        if (ready) return;
        Heard first = heard.poll(STARTING.toMillis(), TimeUnit.MILLISECONDS);
        ready = first instanceof Heard.Line(String text) && text.equals(Wire.READY);
        if (!ready) throw new IllegalStateException("The sandbox did not start: " + log());
    }

    private static Answer answer(String line) {
        try {
            return Answer.of(line);
        } catch (JacksonException _) {
            return new Answer(Verdict.Ending.FAILED, "no answer: " + line, 0, false);
        }
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine())
                heard.put(new Heard.Line(line));
        } catch (IOException _) {
            // a killed process' stream may break instead of ending
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
        heard.offer(new Heard.End());
    }

    private String log() {
        try {
            return Files.readString(folder.resolve(LOG));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
