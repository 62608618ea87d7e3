package dev.palimpsest.mlflow;

import dev.palimpsest.filter.Fields;
import dev.palimpsest.filter.Filter;
import dev.palimpsest.filter.Sorted;
import dev.palimpsest.filter.Sql;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A search as clients ask for it. */
final class Pages {
    /** Who asks for more is answered so many, and where to go on. */
    private static final int MOST = 1_000;

    private static final int MOST_ASKED = 50_000;

    private Pages() {}

    static Paging paging(@Nullable WholeNumber most, @Nullable String token) {
        long asked = most == null ? MOST : most.number();
        new Faults().between(asked, 1, MOST_ASKED, "/max_results").raise();
        return new Paging(
                (int) Math.min(asked, MOST), token == null || token.isEmpty() ? null : token);
    }

    static Optional<Sql> filter(@Nullable String filter, Fields fields) {
        return filter == null || filter.isBlank()
                ? Optional.empty()
                : Optional.of(fields.sql(Filter.condition(filter)));
    }

    static List<Sorted> order(List<String> orderBy) {
        return orderBy.isEmpty() ? List.of() : Filter.order(String.join(", ", orderBy));
    }

    /** Where the next page begins, if there is one. */
    static @Nullable String token(Page<String> page) {
        return page.hasMore() ? page.lastId() : null;
    }

    /** Nothing here is deleted and still there. */
    static boolean deletedOnly(@Nullable String view) {
        return "DELETED_ONLY".equals(view);
    }
}
