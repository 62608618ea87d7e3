package dev.palimpsest.trainer;

import dev.palimpsest.decomposition.Finetuned;
import dev.palimpsest.decomposition.MatrixSpectra;
import dev.palimpsest.model.Projected;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.torch.Device;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The main program of spectra: {@code spectra RUN_FILE}. It says an event for each matrix, and then
 * that it has finished. When standard input ends, the worker is gone or wants it to stop.
 */
public final class SpectraProcess {
    private static final int FINISHED = 0;
    private static final int FAILED = 1;
    private static final int NONE_LEFT = Integer.MAX_VALUE;

    private final SpectraRun run;
    private final TrainerProcess.EventLines events;
    private final Set<Projected> known;

    /** Which of the matrices comes next. */
    private final AtomicInteger next = new AtomicInteger();

    private SpectraProcess(SpectraRun run, TrainerProcess.EventLines events) {
        this.run = run;
        this.events = events;
        this.known = new HashSet<>(run.known());
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Begun<SpectraRun> begun = Begun.of(arguments, "spectra", SpectraRun.class);
        // LAPACK makes little of several threads; several matrices do
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        Thread.ofPlatform().daemon().start(Begun::stopAtEndOfInput);
        TrainerProcess.EventLines events = new TrainerProcess.EventLines(begun.lines());
        System.exit(new SpectraProcess(begun.run(), events).run());
    }

    private int run() throws IOException, InterruptedException {
        try {
            events.write(new TrainerEvent.Finished(compareAll(), Memory.peakBytes()));
            return FINISHED;
        } catch (Device.Missing | UnsupportedModel cause) {
            return failed(String.valueOf(cause.getMessage()));
        } catch (NoSuchFileException gone) {
            return failed(gone.getFile() + " is no longer there");
        }
    }

    private int failed(String reason) {
        events.write(new TrainerEvent.Failed(reason));
        return FAILED;
    }

    /** How many were compared; the first fault ends all. */
    private int compareAll() throws IOException, InterruptedException {
        Device device = new Device(run.device());
        int threads = device.isCpu() ? run.threads() : 1;
        try (Scope scope = Scope.open(device);
                ExecutorService comparers = Executors.newFixedThreadPool(threads)) {
            Finetuned finetuned = open(scope);
            List<Projected> matrices = finetuned.matrices().stream().filter(this::isAsked).toList();
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++)
                all.add(comparers.submit(() -> compare(finetuned, matrices, device)));
            int compared = 0;
            for (Future<Integer> one : all) compared += one.get();
            return compared;
        } catch (ExecutionException failed) {
            throw cause(failed);
        }
    }

    private Finetuned open(Scope scope) throws IOException {
        return Finetuned.open(
                Path.of(run.model()),
                new Finetuned.Saved(Path.of(run.checkpoint()), run.kind()),
                against(),
                scope);
    }

    /** What one thread does: the next matrix, as long as there is one. */
    private int compare(Finetuned opened, List<Projected> matrices, Device device)
            throws IOException {
        try (Scope scope = Scope.open(device)) {
            Finetuned finetuned = opened.forThisThread(scope);
            int compared = 0;
            for (int i = take(); i < matrices.size(); i = take()) {
                Projected matrix = matrices.get(i);
                MatrixSpectra spectra =
                        finetuned.spectra(matrix, run.weights(), normOf(matrix), scope);
                events.write(new TrainerEvent.Decomposed(spectra));
                compared++;
            }
            return compared;
        } finally {
            next.set(NONE_LEFT);
        }
    }

    /** Of the base model's, which is what is compared with where no other checkpoint is. */
    private OptionalDouble normOf(Projected matrix) {
        Double norm = run.against() == null ? run.norms().get(matrix.path()) : null;
        return norm == null ? OptionalDouble.empty() : OptionalDouble.of(norm);
    }

    private Finetuned.@Nullable Saved against() {
        return run.against() == null || run.againstKind() == null
                ? null
                : new Finetuned.Saved(Path.of(run.against()), run.againstKind());
    }

    private boolean isAsked(Projected matrix) {
        return run.modules().projections().contains(matrix.projection()) && !known.contains(matrix);
    }

    private int take() {
        return next.getAndUpdate(i -> Math.min(i + 1, NONE_LEFT));
    }

    private static IOException cause(ExecutionException failed) {
        return switch (failed.getCause()) {
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            case IOException io -> io;
            case null, default -> throw new IllegalStateException(failed);
        };
    }
}
