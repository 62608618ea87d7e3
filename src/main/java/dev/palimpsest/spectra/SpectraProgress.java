package dev.palimpsest.spectra;

/** How many checkpoints' spectra wait or are computed, are there, or could not be computed. */
public record SpectraProgress(int waiting, int succeeded, int failed) {
    public static final SpectraProgress NONE = new SpectraProgress(0, 0, 0);
}
