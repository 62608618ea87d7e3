package dev.palimpsest.spectra;

import dev.palimpsest.spec.Default;

/**
 * What is wanted of a checkpoint.
 *
 * @param intruders whether the spectra of W and W' and intruder dimensions, beside those of the
 *     change
 */
record SpectraRequest(@Default("true") boolean intruders) {}
