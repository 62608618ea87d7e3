package dev.palimpsest.spectra;

/** A checkpoint can't be compared with its base, for the reason in the message. */
final class CannotDecompose extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotDecompose(String reason) {
        super(reason);
    }
}
