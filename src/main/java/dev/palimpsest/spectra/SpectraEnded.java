package dev.palimpsest.spectra;

/** The spectra of a checkpoint are computed, or will not be; published in that transaction. */
public record SpectraEnded(String checkpoint) {}
