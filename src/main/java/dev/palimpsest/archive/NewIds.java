package dev.palimpsest.archive;

import dev.palimpsest.web.Ids;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The ids of an archive's rows and those that they get here, which sort in the same order. */
final class NewIds {
    private final Map<String, String> byOld = new HashMap<>();
    private final Ids ids;

    NewIds(Ids ids) {
        this.ids = ids;
    }

    void assign(String old, String prefix) {
        if (byOld.putIfAbsent(old, ids.next(prefix)) != null)
            throw new Unfit("has the id '%s' a second time".formatted(old));
    }

    Optional<String> of(String old) {
        return Optional.ofNullable(byOld.get(old));
    }

    /** Puts the new id into a column that holds an old one, or nothing. */
    void replace(ObjectNode row, String column) {
        JsonNode given = row.path(column);
        if (given.isMissingNode() || given.isNull()) return;
        String own =
                of(given.asString(""))
                        .orElseThrow(
                                () ->
                                        new Unfit(
                                                "%s is %s, which is no id of this archive"
                                                        .formatted(column, given)));
        row.put(column, own);
    }

    /** The same wherever an id stands, such as in a job's spec. */
    JsonNode everywhere(JsonNode json) {
        return switch (json) {
            case StringNode text ->
                    of(text.stringValue()).<JsonNode>map(StringNode::valueOf).orElse(text);
            case ObjectNode object -> {
                for (String field : List.copyOf(object.propertyNames()))
                    object.set(field, everywhere(object.path(field)));
                yield object;
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) array.set(i, everywhere(array.path(i)));
                yield array;
            }
            default -> json;
        };
    }
}
