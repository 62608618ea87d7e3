package dev.palimpsest.trainer;

import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The main program of an export: {@code export RUN_FILE}; its one line of output is the result. */
public final class ExportProcess {
    private ExportProcess() {}

    /**
     * How it ended.
     *
     * @param largestLogitDifference between the checkpoint and the merged model
     * @param error one sentence where nothing was exported
     */
    public record Result(
            @org.jspecify.annotations.Nullable Double largestLogitDifference,
            @org.jspecify.annotations.Nullable String error) {}

    public static void main(String[] arguments) throws IOException {
        PrintStream lines = System.out;
        System.setOut(System.err); // libraries log to standard output
        System.setProperty("logback.configurationFile", "logback-trainer.xml");
        System.setProperty("ai.djl.offline", "true");
        if (arguments.length != 1) {
            System.err.println("usage: export RUN_FILE");
            System.exit(2);
        }
        ExportRun run = Binder.bind(Files.readString(Path.of(arguments[0])), ExportRun.class);
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(run.threads()));
        Result result;
        try {
            result = new Result(new Exporting(run).write(), null);
        } catch (UnsupportedModel reason) {
            result = new Result(null, reason.getMessage());
        }
        lines.println(Binder.JSON.writeValueAsString(result));
        lines.flush();
        System.exit(result.error() == null ? 0 : 1);
    }
}
