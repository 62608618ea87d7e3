package dev.palimpsest.analysis;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A spec's values by their dotted paths, {@code method.rank}; a list is one value. */
final class SpecFields {
    private SpecFields() {}

    static void collect(String path, JsonNode value, Map<String, JsonNode> into) {
        if (!value.isObject()) {
            into.put(path, value);
            return;
        }
        for (Map.Entry<String, JsonNode> part : value.properties())
            collect(path + "." + part.getKey(), part.getValue(), into);
    }
}
