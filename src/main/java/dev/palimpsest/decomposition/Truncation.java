package dev.palimpsest.decomposition;

import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;

/**
 * Each matrix's change cut down to its best approximation of a rank.
 *
 * @param rest what the weights are that LoRA would not train: embeddings, norms, head, biases
 */
public record Truncation(int rank, @Default("\"finetuned\"") Rest rest) {
    public static final int MOST = 65_536;

    public Truncation {
        new Faults().between(rank, 1, MOST, "/rank").raise();
    }

    /** Whose the weights are that are no matrices of a block. */
    public enum Rest {
        /** The checkpoint's own. */
        FINETUNED,
        /** The base model's, so that a LoRA of the rank could be the same model. */
        BASE
    }
}
