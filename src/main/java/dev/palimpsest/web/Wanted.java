package dev.palimpsest.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a query parameter of a type looks like, in words. */
final class Wanted {
    private Wanted() {}

    static String of(Class<?> type) {
        if (type.isEnum())
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "));
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class)
            return "a whole number";
        if (type == double.class || type == Double.class) return "a number";
        if (type == boolean.class || type == Boolean.class) return "true or false";
        return "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
    }
}
