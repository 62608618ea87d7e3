package dev.palimpsest.decomposition;

import java.util.List;

/**
 * What truncation keeps of a checkpoint's changes.
 *
 * @param share of all matrices' squared norms together
 */
public record Kept(double share, List<OfMatrix> matrices) {
    public Kept {
        matrices = List.copyOf(matrices);
    }

    /**
     * Of one matrix.
     *
     * @param module its path in a Hugging Face checkpoint
     * @param share of the change's squared norm; 1 where nothing changed
     */
    public record OfMatrix(String module, double share) {}
}
