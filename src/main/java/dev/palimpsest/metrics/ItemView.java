package dev.palimpsest.metrics;

import dev.palimpsest.evaluation.ItemResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An item's outcome as the API answers it.
 *
 * @param promptHash SHA-256 of all that was asked
 */
record ItemView(
        int index,
        String promptHash,
        String document,
        List<ItemResult.Option> options,
        @Nullable Integer choice,
        @Nullable Integer gold,
        boolean correct,
        List<ItemResult.Generated> generations) {
    static ItemView of(ItemResult item) {
        return new ItemView(
                item.index(),
                item.promptHash(),
                item.document(),
                item.options(),
                item.choice(),
                item.gold(),
                item.correct(),
                item.generations());
    }
}
