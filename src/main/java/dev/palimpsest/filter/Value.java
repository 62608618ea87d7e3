package dev.palimpsest.filter;

/** What a field is compared with, and the character at which it stands. */
public sealed interface Value {
    int position();

    /** Between quotes. */
    record Text(String text, int position) implements Value {}

    /** A number. */
    record Numeric(double number, int position) implements Value {}

    /** {@code true} or {@code false}. */
    record Truth(boolean truth, int position) implements Value {}

    /** As it is shown to who wrote it. */
    default String shown() {
        return switch (this) {
            case Text(var text, _) -> "'" + text + "'";
            case Numeric(var number, _) -> String.valueOf(number);
            case Truth(var truth, _) -> String.valueOf(truth);
        };
    }
}
