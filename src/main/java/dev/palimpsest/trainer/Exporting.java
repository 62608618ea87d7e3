package dev.palimpsest.trainer;

import dev.palimpsest.decomposition.Finetuned;
import dev.palimpsest.decomposition.IntruderReduction;
import dev.palimpsest.gguf.GgufExport;
import dev.palimpsest.gguf.GgufType;
import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Documents;
import dev.palimpsest.model.ModelFiles;
import dev.palimpsest.model.Projected;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.model.Weights;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes one export: merged in fp32, compared with what the adapter answers, then converted. */
final class Exporting {
    private static final int PROBES = 4;
    private static final int PROBE_TOKENS = 64;

    private final ExportRun run;
    private final Path model;
    private final Path checkpoint;

    Exporting(ExportRun run) {
        this.run = run;
        this.model = Path.of(run.model());
        this.checkpoint = Path.of(run.checkpoint());
    }

    /**
     * What was written.
     *
     * @param largestLogitDifference between a logit of the checkpoint, its intruders scaled down if
     *     so asked, and of the merged model on a few hundred random tokens; zero where nothing was
     *     merged
     */
    record Written(double largestLogitDifference, @Nullable Integer reducedIntruders) {}

    Written write() throws IOException {
        Path folder = Files.createDirectories(Path.of(run.folder()));
        if (run.form() == ExportForm.ADAPTER) return adapter(folder);
        Optional<GgufType> gguf = run.form().gguf();
        if (gguf.isEmpty()) return merged(folder);
        Path merged = Files.createDirectory(folder.resolve("merged"));
        Written written = merged(merged);
        Path file =
                folder.resolve(
                        "model-%s.gguf"
                                .formatted(gguf.get().name().toLowerCase(java.util.Locale.ROOT)));
        GgufExport.write(merged, file, gguf.get(), (_, _) -> {}, () -> false);
        try (Stream<Path> parts = Files.walk(merged)) {
            for (Path part : parts.sorted(Comparator.reverseOrder()).toList()) Files.delete(part);
        }
        return written;
    }

    private Written adapter(Path folder) throws IOException {
        try (Scope scope = Scope.open()) {
            Changed changed = changedAdapter(Architecture.of(model), scope, new Memory(scope));
            changed.adapter().write(folder, String.valueOf(model.getFileName()));
            return new Written(0, changed.intruders());
        }
    }

    private Written merged(Path folder) throws IOException {
        boolean adapted = run.kind().equals("adapter");
        ModelFiles.copyBesideWeights(adapted ? model : checkpoint, folder, ElementType.F32);
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            if (!adapted) {
                Weights weights = Weights.read(checkpoint, ElementType.F32, scope, memory);
                return reduced(weights, scope, folder);
            }
            Weights base = Weights.read(model, ElementType.F32, scope, memory);
            Changed changed = changedAdapter(base.architecture(), scope, memory);
            Adapter adapter = changed.adapter();
            try (Scope merging = scope.nested()) {
                Weights merged = adapter.merged(base, merging, memory);
                if (run.reduceIntruders() != null && adapter.method().hasMagnitudes())
                    return reduced(merged, merging, folder);
                merged.write(folder);
            }
            Weights written = Weights.read(folder, ElementType.F32, scope, memory);
            return new Written(
                    largestDifference(
                            logits(Decoder.frozen(scope, base, Optional.of(adapter), memory)),
                            logits(Decoder.frozen(scope, written, Optional.empty(), memory))),
                    changed.intruders());
        }
    }

    /** An adapter as it is to be exported. */
    private record Changed(Adapter adapter, @Nullable Integer intruders) {}

    private Changed changedAdapter(Architecture architecture, Scope scope, Memory memory)
            throws IOException {
        Adapter adapter = Adapter.read(checkpoint, architecture, scope, memory);
        IntruderReduction reduction = run.reduceIntruders();
        if (reduction == null || adapter.method().hasMagnitudes())
            return new Changed(adapter, null); // DoRA's change is reduced once it is merged
        Finetuned.ReducedAdapter reduced =
                Finetuned.open(model, checkpoint, run.kind(), scope)
                        .reducedAdapter(reduction, scope);
        return new Changed(reduced.adapter(), reduced.intruders());
    }

    /** Writes a whole model, the intruders of its matrices scaled down if so asked. */
    private Written reduced(Weights weights, Scope scope, Path folder) throws IOException {
        IntruderReduction reduction = run.reduceIntruders();
        if (reduction == null) {
            weights.write(folder);
            return new Written(0, null);
        }
        Map<String, Tensor> named = new LinkedHashMap<>(weights.named());
        Finetuned finetuned = Finetuned.open(model, checkpoint, run.kind(), scope);
        int intruders = 0;
        for (Projected matrix : finetuned.matrices()) {
            Finetuned.Reduced reduced = finetuned.reduced(matrix, reduction, scope);
            named.put(matrix.path() + ".weight", reduced.weight());
            intruders += reduced.intruders();
        }
        new Weights(weights.architecture(), named).write(folder);
        return new Written(0, intruders);
    }

    private static float[] logits(Decoder decoder) {
        int vocabulary = decoder.architecture().vocabulary();
        long[] ids = new Random(17).longs(PROBES * PROBE_TOKENS, 0, vocabulary).toArray();
        try (Scope scope = Scope.open()) {
            return decoder.logits(
                            scope,
                            Documents.rows(ids, PROBES),
                            LongStream.range(0, ids.length).toArray())
                    .floats();
        }
    }

    private static double largestDifference(float[] one, float[] other) {
        double largest = 0;
        for (int i = 0; i < one.length; i++)
            largest = Math.max(largest, Math.abs((double) one[i] - other[i]));
        if (!Double.isFinite(largest))
            throw new UnsupportedModel(
                    "the checkpoint's logits are no numbers, so it is not worth exporting; its run had diverged");
        return largest;
    }
}
