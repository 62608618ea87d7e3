package dev.palimpsest.mlflow;

/** What cannot be done as asked, under the code that clients know it by. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    Refused(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
