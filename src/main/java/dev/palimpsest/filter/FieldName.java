package dev.palimpsest.filter;

import java.util.List;

/** A field as it was named: {@code metrics."train/loss"} has two parts, without the quotes. */
public record FieldName(List<String> parts, int position) {
    public FieldName {
        parts = List.copyOf(parts);
    }

    public String first() {
        return parts.getFirst();
    }

    /** What comes after the first part; a name that was written with dots inside is whole again. */
    public String rest() {
        return String.join(".", parts.subList(1, parts.size()));
    }

    public String text() {
        return String.join(".", parts);
    }

    /** That it cannot be used here. */
    public InvalidFilter refused(String why) {
        return new InvalidFilter(position, "'%s' %s".formatted(text(), why));
    }
}
