package dev.palimpsest.trainer;

import dev.palimpsest.gguf.GgufExport;
import dev.palimpsest.gguf.GgufType;
import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Documents;
import dev.palimpsest.model.ModelFiles;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.model.Weights;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

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
     * The largest difference between a logit of the checkpoint and of the merged model on a few
     * hundred random tokens; zero for a whole model, of which nothing is merged.
     */
    double write() throws IOException {
        Path folder = Files.createDirectories(Path.of(run.folder()));
        Optional<GgufType> gguf = run.form().gguf();
        if (gguf.isEmpty()) return merged(folder);
        Path merged = Files.createDirectory(folder.resolve("merged"));
        double difference = merged(merged);
        Path file =
                folder.resolve(
                        "model-%s.gguf"
                                .formatted(gguf.get().name().toLowerCase(java.util.Locale.ROOT)));
        GgufExport.write(merged, file, gguf.get(), (_, _) -> {}, () -> false);
        try (Stream<Path> parts = Files.walk(merged)) {
            for (Path part : parts.sorted(Comparator.reverseOrder()).toList()) Files.delete(part);
        }
        return difference;
    }

    private double merged(Path folder) throws IOException {
        boolean adapted = run.kind().equals("adapter");
        ModelFiles.copyBesideWeights(adapted ? model : checkpoint, folder, ElementType.F32);
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            if (!adapted) {
                Weights.read(checkpoint, ElementType.F32, scope, memory).write(folder);
                return 0;
            }
            Weights base = Weights.read(model, ElementType.F32, scope, memory);
            Adapter adapter = Adapter.read(checkpoint, base.architecture(), scope, memory);
            try (Scope merging = scope.nested()) {
                adapter.merged(base, merging, memory).write(folder);
            }
            Weights written = Weights.read(folder, ElementType.F32, scope, memory);
            return largestDifference(
                    logits(Decoder.frozen(scope, base, Optional.of(adapter), memory)),
                    logits(Decoder.frozen(scope, written, Optional.empty(), memory)));
        }
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
