package dev.palimpsest.spectra;

import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.TargetModules;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a checkpoint.
 *
 * @param intruders whether the spectra of W and W' and intruder dimensions, beside those of the
 *     change
 * @param against a checkpoint of the same base model whose weights are W; the base model if left
 *     out
 * @param modules of which matrices
 */
record SpectraRequest(
        @Default("true") boolean intruders,
        @Nullable String against,
        @Default("\"all\"") TargetModules modules) {
    /** What is meant where nothing is said. */
    static SpectraRequest usual() {
        return new SpectraRequest(true, null, TargetModules.ALL);
    }
}
