package dev.palimpsest.data;

import dev.palimpsest.spec.Binder;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a row becomes a document: each field of the format is a column, or text around columns.
 *
 * @param columns of each field the column that holds it
 * @param template of each field the text that is written for it
 */
public record Mapping(Format format, Map<String, String> columns, Map<String, Template> template) {
    private static final int NAMED_COLUMNS = 50;

    public Mapping {
        columns = Map.copyOf(columns);
        template = Map.copyOf(template);
    }

    /** Every field is the column of its own name. */
    public static Mapping of(Format format) {
        return new Mapping(format, Map.of(), Map.of());
    }

    /** What a format's documents are made of; rows have no fields that all of them need. */
    public static List<String> fields(Format format) {
        return switch (format) {
            case TEXT -> List.of("text");
            case PROMPT_COMPLETION -> List.of("prompt", "completion");
            case MESSAGES -> List.of("messages");
            case ROWS -> List.of();
        };
    }

    /** Whether a line in the format's own words is its document as it stands. */
    public boolean isPlain() {
        return columns.isEmpty() && template.isEmpty();
    }

    /** The templates as they were written. */
    public Map<String, String> templates() {
        Map<String, String> sources = new LinkedHashMap<>();
        template.forEach((field, text) -> sources.put(field, text.source()));
        return sources;
    }

    /** The columns that its documents are made of. */
    public Set<String> needed() {
        Set<String> needed = new LinkedHashSet<>();
        for (String field : fields(format)) needed.addAll(needed(field));
        return needed;
    }

    private Collection<String> needed(String field) {
        Template text = template.get(field);
        return text == null ? List.of(columns.getOrDefault(field, field)) : text.columns();
    }

    /** {@link InvalidData} continues the sentence "line 7 …". */
    Document document(JsonNode row) {
        if (isPlain()) return DocumentLine.document(row, format);
        ObjectNode document = Binder.JSON.createObjectNode();
        for (String field : fields(format)) {
            Template text = template.get(field);
            if (text != null) document.put(field, text.filled(name -> text(row, name)));
            else document.set(field, value(row, columns.getOrDefault(field, field)));
        }
        return DocumentLine.document(document, format);
    }

    private JsonNode value(JsonNode row, String column) {
        JsonNode value = column(row, column);
        if (format == Format.MESSAGES) return value.isString() ? parsed(value, column) : value;
        return Binder.JSON.getNodeFactory().stringNode(text(row, column));
    }

    /** A CSV cell holds a conversation as text. */
    private static JsonNode parsed(JsonNode value, String column) {
        try {
            return Binder.JSON.readTree(value.stringValue());
        } catch (JacksonException _) {
            throw new InvalidData("has a %s that is no JSON list of turns".formatted(column));
        }
    }

    private static String text(JsonNode row, String column) {
        JsonNode value = column(row, column);
        if (value.isContainer())
            throw new InvalidData("has a %s that is no text".formatted(column));
        return value.asString();
    }

    private static JsonNode column(JsonNode row, String column) {
        JsonNode value = row.path(column);
        if (value.isMissingNode())
            throw new InvalidData(
                    "has no field %s; it has %s".formatted(column, listed(row.propertyNames())));
        if (value.isNull()) throw new InvalidData("has nothing in its field " + column);
        return value;
    }

    /** Of each field that the columns cannot fill, what is missing and what could be said. */
    public Map<String, String> missingFrom(Collection<String> available) {
        Map<String, String> missing = new LinkedHashMap<>();
        for (String field : fields(format))
            for (String column : needed(field))
                if (!available.contains(column))
                    missing.put(
                            field,
                            "there is no column '%s'; the columns are %s"
                                            .formatted(column, listed(available))
                                    + hint(field, column, available));
        return missing;
    }

    /** Whether there is more to say of these columns than that some are missing. */
    public boolean hasAdviceOn(Collection<String> available) {
        return !isPlain() || ColumnNames.suggestion(format, available).isPresent();
    }

    private String hint(String field, String column, Collection<String> available) {
        if (!field.equals(column) || !isPlain()) return "";
        return ColumnNames.suggestion(format, available)
                .map(said -> "; did you mean " + said + "?")
                .orElse("; say with columns={\"%s\": \"COLUMN\"} which holds it".formatted(field));
    }

    static String listed(Collection<String> columns) {
        List<String> first = columns.stream().limit(NAMED_COLUMNS).toList();
        return first.isEmpty()
                ? "none"
                : String.join(", ", first)
                        + (columns.size() > first.size()
                                ? " and %d more".formatted(columns.size() - first.size())
                                : "");
    }
}
