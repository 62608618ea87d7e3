package dev.palimpsest.openai;

import dev.palimpsest.web.BadParameter;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A part of a list; the next request gives its last id as {@code after}. */
record Listing<T>(
        String object,
        List<T> data,
        @Nullable String firstId,
        @Nullable String lastId,
        boolean hasMore) {

    /** From up to {@code limit + 1} rows, the last of which only shows that there are more. */
    static <T> Listing<T> of(List<T> rows, int limit, Function<T, String> id) {
        boolean more = rows.size() > limit;
        return of(more ? rows.subList(0, limit) : rows, more, id);
    }

    static <T> Listing<T> of(List<T> data, boolean hasMore, Function<T, String> id) {
        return new Listing<>(
                "list",
                List.copyOf(data),
                data.isEmpty() ? null : id.apply(data.getFirst()),
                data.isEmpty() ? null : id.apply(data.getLast()),
                hasMore);
    }

    static int limit(int asked, int most) {
        if (asked < 1 || asked > most)
            throw new BadParameter("limit", "must be a whole number between 1 and " + most);
        return asked;
    }
}
