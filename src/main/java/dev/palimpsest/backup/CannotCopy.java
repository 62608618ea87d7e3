package dev.palimpsest.backup;

/** Why a backup cannot be made or put back, in one sentence that ends with the next step. */
final class CannotCopy extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotCopy(String sentence) {
        super(sentence);
    }

    CannotCopy(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
