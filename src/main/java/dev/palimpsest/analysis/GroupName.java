package dev.palimpsest.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a group of jobs is called in a legend: its method and rank, then what else differs. */
final class GroupName {
    private static final String TYPE = "method.type";
    private static final String RANK = "method.rank";

    private GroupName() {}

    static String of(Map<String, JsonNode> group) {
        List<String> parts = new ArrayList<>();
        if (group.get(TYPE) != null) parts.add(text(group.get(TYPE)));
        if (group.get(RANK) != null) parts.add("rank " + text(group.get(RANK)));
        group.forEach(
                (field, value) -> {
                    if (!field.equals(TYPE) && !field.equals(RANK))
                        parts.add(shortly(field) + " " + text(value));
                });
        return parts.isEmpty() ? "all jobs" : String.join(", ", parts);
    }

    /** The field's last part, unless that tells nothing. */
    private static String shortly(String field) {
        String plain = field.endsWith(".type") ? field.substring(0, field.length() - 5) : field;
        return plain.substring(plain.lastIndexOf('.') + 1).replace('_', ' ');
    }

    private static String text(@Nullable JsonNode value) {
        if (value == null) return "none";
        return value.isString() ? value.stringValue() : value.toString();
    }
}
