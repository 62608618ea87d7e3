package dev.palimpsest.filter;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A part of a statement with the values of its {@code ?}; what a request says is only in those. */
public record Sql(String text, List<@Nullable Object> parameters) {
    public Sql {
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }

    public static Sql of(String text, @Nullable Object... parameters) {
        return new Sql(text, Stream.of(parameters).toList());
    }

    public Sql then(Sql next) {
        List<@Nullable Object> all = new ArrayList<>(parameters);
        all.addAll(next.parameters);
        return new Sql(text + next.text, all);
    }

    public Sql then(String next, @Nullable Object... its) {
        return then(of(next, its));
    }

    public Sql inParentheses() {
        return of("(").then(this).then(")");
    }

    public static Sql joined(List<Sql> parts, String separator) {
        return new Sql(
                parts.stream().map(Sql::text).collect(Collectors.joining(separator)),
                parts.stream().flatMap(part -> part.parameters().stream()).toList());
    }
}
