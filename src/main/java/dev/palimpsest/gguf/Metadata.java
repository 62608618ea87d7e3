package dev.palimpsest.gguf;

import dev.palimpsest.model.UnsupportedModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What a file says about its model; a value of the wrong kind is refused by its key. */
record Metadata(Map<String, GgufValue> values) {
    Optional<GgufValue> find(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A whole number from 0 to 2^31 - 1. */
    int whole(String key) {
        if (values.get(key) instanceof GgufValue.Whole(long value)
                && value >= 0
                && value <= Integer.MAX_VALUE) return (int) value;
        throw wrong(key, "a whole number from 0 to 2147483647");
    }

    OptionalInt optionalWhole(String key) {
        return values.containsKey(key) ? OptionalInt.of(whole(key)) : OptionalInt.empty();
    }

    /** A finite number. */
    double real(String key) {
        double value =
                switch (values.get(key)) {
                    case GgufValue.Real(double real) -> real;
                    case GgufValue.Whole(long whole) -> whole;
                    case null, default -> Double.NaN;
                };
        if (Double.isFinite(value)) return value;
        throw wrong(key, "a number");
    }

    String text(String key) {
        if (values.get(key) instanceof GgufValue.Text(String value)) return value;
        throw wrong(key, "a string");
    }

    Optional<String> optionalText(String key) {
        return values.containsKey(key) ? Optional.of(text(key)) : Optional.empty();
    }

    boolean flag(String key, boolean otherwise) {
        if (!values.containsKey(key)) return otherwise;
        if (values.get(key) instanceof GgufValue.Flag(boolean value)) return value;
        throw wrong(key, "true or false");
    }

    List<String> texts(String key) {
        if (values.get(key) instanceof GgufValue.Texts(List<String> texts)) return texts;
        throw wrong(key, "an array of strings");
    }

    GgufValue.Scalars scalars(String key) {
        if (values.get(key) instanceof GgufValue.Scalars scalars) return scalars;
        throw wrong(key, "an array of numbers");
    }

    private UnsupportedModel wrong(String key, String wanted) {
        @Nullable GgufValue value = values.get(key);
        return new UnsupportedModel(
                value == null
                        ? "the GGUF file does not give " + key
                        : "%s in the GGUF file must be %s, got %s"
                                .formatted(key, wanted, shown(value)));
    }

    private static String shown(GgufValue value) {
        return switch (value) {
            case GgufValue.Text(String text) ->
                    "the string '" + text.substring(0, Math.min(40, text.length())) + "'";
            case GgufValue.Whole(long whole) -> Long.toString(whole);
            case GgufValue.Real(double real) -> Double.toString(real);
            case GgufValue.Flag(boolean flag) -> Boolean.toString(flag);
            case GgufValue.Texts(var texts) -> texts.size() + " strings";
            case GgufValue.Scalars scalars -> scalars.size() + " values of type " + scalars.type();
        };
    }
}
