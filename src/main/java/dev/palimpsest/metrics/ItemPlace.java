package dev.palimpsest.metrics;

import dev.palimpsest.web.BadParameter;
import org.jspecify.annotations.Nullable;

/** An item's place in its evaluation, by which pages of items go on. */
final class ItemPlace {
    private ItemPlace() {}

    /** The place behind the last one of the page before, or the first. */
    static int after(@Nullable String lastId) {
        if (lastId == null) return 0;
        if (lastId.matches("\\d{1,8}")) return Integer.parseInt(lastId) + 1;
        throw new BadParameter("after", "must be the last_id of the page before");
    }
}
