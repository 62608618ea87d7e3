package dev.palimpsest.jinja;

import java.util.List;

/** What a filter such as {@code selectattr} gives: it can be walked through once. */
final class Lazy {
    private final List<Object> items;
    private boolean walked;

    Lazy(List<Object> items) {
        this.items = items;
    }

    List<Object> items() {
        if (walked) throw new Refusal("walks twice through what a filter gave; add |list");
        walked = true;
        return items;
    }
}
