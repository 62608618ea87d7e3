package dev.palimpsest.jinja;

import java.util.List;

/** What {@code loop} is in a round of a for loop. */
record Loop(List<Object> items, int index) {
    Object field(String name) {
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) items.size() - index;
            case "revindex0" -> items.size() - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> 1L;
            case "depth0" -> 0L;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("loop.previtem");
            case "nextitem" ->
                    index + 1 < items.size()
                            ? items.get(index + 1)
                            : new Undefined("loop.nextitem");
            case "cycle" ->
                    (Callable)
                            (arguments, _) -> {
                                arguments.at(0);
                                return arguments.at(index % arguments.count());
                            };
            default -> throw new Refusal("uses loop.%s, not known here".formatted(name));
        };
    }
}
