package dev.palimpsest.trainer;

import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The main program of an export: {@code export RUN_FILE}; its one line of output is the result.
 * When standard input ends, the worker is gone or wants it to stop.
 */
public final class ExportProcess {
    private static final int MADE = 0;
    private static final int FAILED = 1;

    private ExportProcess() {}

    /**
     * How it ended.
     *
     * @param largestLogitDifference between the checkpoint and the merged model
     * @param reducedIntruders how many intruder dimensions were scaled down; null if none were to
     *     be
     * @param files what lies in the run file's folder now
     * @param error one sentence where nothing was exported
     */
    public record Result(
            @Nullable Double largestLogitDifference,
            @Nullable Integer reducedIntruders,
            List<ExportedFile> files,
            @Nullable String error) {}

    public static void main(String[] arguments) throws IOException {
        Begun<ExportRun> begun = Begun.of(arguments, "export", ExportRun.class);
        ExportRun run = begun.run();
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(run.threads()));
        Thread.ofPlatform().daemon().start(Begun::stopAtEndOfInput);
        Result result = result(run);
        begun.lines().println(Binder.JSON.writeValueAsString(result));
        begun.lines().flush();
        System.exit(result.error() == null ? MADE : FAILED);
    }

    private static Result result(ExportRun run) throws IOException {
        try {
            Exporting.Written written = new Exporting(run).write();
            return new Result(
                    written.largestLogitDifference(),
                    written.reducedIntruders(),
                    files(Path.of(run.folder())),
                    null);
        } catch (UnsupportedModel reason) {
            return failed(String.valueOf(reason.getMessage()));
        } catch (NoSuchFileException gone) {
            return failed(gone.getFile() + " is no longer there");
        }
    }

    private static Result failed(String sentence) {
        return new Result(null, null, List.of(), sentence);
    }

    private static List<ExportedFile> files(Path folder) throws IOException {
        List<ExportedFile> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList())
                files.add(
                        new ExportedFile(
                                folder.relativize(file).toString(),
                                Files.size(file),
                                Sha256.of(file)));
        }
        return files;
    }
}
