package dev.palimpsest.web;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A part of a list; {@code lastId} is what the next request gives as {@code after}. */
public record Page<T>(List<T> data, boolean hasMore, @Nullable String lastId) {

    /** From up to {@code limit + 1} rows, the last of which only shows that there are more. */
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> id) {
        List<T> data = rows.size() > limit ? rows.subList(0, limit) : rows;
        return new Page<>(
                List.copyOf(data),
                rows.size() > limit,
                data.isEmpty() ? null : id.apply(data.getLast()));
    }

    public <R> Page<R> map(Function<? super T, R> view) {
        return new Page<>(data.stream().map(view).toList(), hasMore, lastId);
    }
}
