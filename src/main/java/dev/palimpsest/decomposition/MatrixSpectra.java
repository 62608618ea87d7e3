package dev.palimpsest.decomposition;

import dev.palimpsest.model.Projected;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What finetuning changed in one matrix.
 *
 * @param shape (out, in)
 * @param change of W' - W
 * @param baseNorm the Frobenius norm of W
 * @param weights of W and W', where they were asked for
 */
public record MatrixSpectra(
        Projected matrix,
        List<Long> shape,
        Spectrum change,
        double baseNorm,
        @Nullable OfWeights weights) {
    /**
     * Spectra of the weights themselves.
     *
     * @param intruders how many of W's ten largest left singular vectors after finetuning have a
     *     cosine under 0.5 with every one before
     */
    public record OfWeights(Spectrum base, Spectrum finetuned, int intruders) {}
}
