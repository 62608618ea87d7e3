package dev.palimpsest.worker;

import dev.palimpsest.background.Breakdown;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.trainer.ExportProcess;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** An export's process: one line of its output is its result, the others are its log. */
public final class RunningExport implements AutoCloseable {
    private static final int LONGEST_LINE = 1 << 20;
    private static final Duration AFTER_THE_END = Duration.ofSeconds(2);

    private final Process process;
    private final LogTail log = new LogTail();
    private final Thread resultReader;
    private final Thread logReader;
    private volatile ExportProcess.@Nullable Result result;

    RunningExport(Process process) {
        this.process = process;
        this.resultReader = reader(process.getInputStream(), this::hear);
        this.logReader = reader(process.getErrorStream(), log::add);
    }

    /** Waits at most so long. */
    public boolean endsWithin(Duration patience) throws InterruptedException {
        log.drain(); // nobody files an export's log
        return process.waitFor(patience);
    }

    /** How it ended; asked once it has. */
    public ExportEnding ending() throws InterruptedException {
        // a child of a killed process may hold its streams open; it has nothing to say
        resultReader.join(AFTER_THE_END);
        logReader.join(AFTER_THE_END);
        ExportProcess.Result told = result;
        if (told == null) return new ExportEnding.Failed(withoutAWord());
        if (told.error() != null) return refused(told.error());
        Double difference = told.largestLogitDifference();
        if (difference == null) return refused("the export did not say what it had made");
        return new ExportEnding.Made(difference, told.reducedIntruders(), told.files());
    }

    public long pid() {
        return process.pid();
    }

    /** Ends it if it runs: what it has not finished is of no use. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        resultReader.interrupt();
        logReader.interrupt();
    }

    private ExportEnding refused(String reason) {
        return new ExportEnding.Failed(
                new Breakdown(reason, log.lastLines(), Breakdown.Blame.PIECE));
    }

    private Breakdown withoutAWord() {
        return new ExitCode(process.exitValue())
                .breakdown(
                        "the export", "it needs room for the model in fp32 twice", log.lastLines());
    }

    private void hear(String line) {
        try {
            if (line.startsWith("{")) {
                result = Binder.JSON.readValue(line, ExportProcess.Result.class);
                return;
            }
        } catch (JacksonException _) {
            // some library's word
        }
        log.add(line);
    }

    /** Reading a pipe would block the carrier of a virtual thread. */
    private static Thread reader(InputStream stream, Consumer<String> each) {
        return Thread.ofPlatform().daemon().start(() -> Lines.read(stream, LONGEST_LINE, each));
    }
}
