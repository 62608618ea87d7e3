package dev.palimpsest.trainer;

import dev.palimpsest.decomposition.Finetuned;
import dev.palimpsest.decomposition.Kept;
import dev.palimpsest.decomposition.Truncation;
import dev.palimpsest.model.ModelFiles;
import dev.palimpsest.model.Projected;
import dev.palimpsest.model.Weights;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a checkpoint into a whole model whose matrices' changes are cut down to a rank. */
final class Truncating {
    private final Path model;
    private final Path checkpoint;
    private final String kind;
    private final Truncation truncation;

    /**
     * @param model the base model's Hugging Face directory
     * @param kind of the checkpoint: adapter or model
     */
    Truncating(Path model, Path checkpoint, String kind, Truncation truncation) {
        this.model = model;
        this.checkpoint = checkpoint;
        this.kind = kind;
        this.truncation = truncation;
    }

    /** Writes it in fp32 into a folder that is there. */
    Kept write(Path folder) throws IOException {
        ModelFiles.copyBesideWeights(model, folder, ElementType.F32);
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Weights weights = Weights.read(rest(), ElementType.F32, scope, memory);
            Finetuned finetuned = Finetuned.open(model, checkpoint, kind, scope);
            Map<String, Tensor> named = new LinkedHashMap<>(weights.named());
            List<Kept.OfMatrix> matrices = new ArrayList<>();
            double all = 0;
            double kept = 0;
            for (Projected matrix : finetuned.matrices()) {
                Finetuned.Truncated truncated =
                        finetuned.truncated(matrix, truncation.rank(), scope);
                named.put(matrix.path() + ".weight", truncated.weight());
                matrices.add(new Kept.OfMatrix(matrix.path(), truncated.kept()));
                all += truncated.square();
                kept += truncated.kept() * truncated.square();
            }
            new Weights(weights.architecture(), named).write(folder);
            return new Kept(all == 0 ? 1 : kept / all, matrices);
        }
    }

    private Path rest() {
        return switch (truncation.rest()) {
            case FINETUNED -> kind.equals("adapter") ? model : checkpoint;
            case BASE -> model;
        };
    }
}
