package dev.palimpsest.filter;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Optional;

/** What a field's values are. */
public enum Kind {
    TEXT("a text in quotes"),
    NUMBER("a number"),
    TRUTH("true or false"),
    TIME("an RFC 3339 time in quotes");

    private static final int LAST_YEAR = 9999;

    private final String words;

    Kind(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** What PostgreSQL is given for the value, if it is of this kind. */
    Optional<Object> parameter(Value value) {
        return switch (this) {
            case TEXT -> value instanceof Value.Text(var text, _) ? Optional.of(text) : empty();
            case TRUTH -> value instanceof Value.Truth(var is, _) ? Optional.of(is) : empty();
            case TIME -> value instanceof Value.Text(var text, _) ? time(text) : empty();
            case NUMBER ->
                    switch (value) {
                        case Value.Numeric(var number, _) -> Optional.of(number);
                        case Value.Text(var text, _) -> inWords(text);
                        case Value.Truth _ -> empty();
                    };
        };
    }

    /** What JSON has no number for is said in words there, and so it is here. */
    private static Optional<Object> inWords(String text) {
        return switch (text) {
            case "NaN" -> Optional.of(Double.NaN);
            case "Infinity" -> Optional.of(Double.POSITIVE_INFINITY);
            case "-Infinity" -> Optional.of(Double.NEGATIVE_INFINITY);
            default -> empty();
        };
    }

    private static Optional<Object> time(String text) {
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            return time.getYear() >= 0 && time.getYear() <= LAST_YEAR ? Optional.of(time) : empty();
        } catch (DateTimeException _) {
            return empty();
        }
    }

    private static Optional<Object> empty() {
        return Optional.empty();
    }
}
