package dev.palimpsest.catalog;

import dev.palimpsest.data.Format;
import dev.palimpsest.data.InvalidData;
import dev.palimpsest.data.Mapping;
import dev.palimpsest.data.Template;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Faults;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The form's fields {@code columns} and {@code template}, each a JSON object of texts. */
final class MappingFields {
    private MappingFields() {}

    static Mapping mapping(
            Format format, @Nullable String columns, @Nullable String template, Faults faults) {
        if (format == Format.ROWS) {
            String kept = "rows are kept as they are; leave it out";
            faults.require(columns == null || columns.isBlank(), "/columns", kept);
            faults.require(template == null || template.isBlank(), "/template", kept);
            return Mapping.of(format);
        }
        Map<String, String> names = texts(columns, "/columns", format, faults);
        Map<String, Template> templates = new LinkedHashMap<>();
        texts(template, "/template", format, faults)
                .forEach(
                        (field, text) -> {
                            try {
                                templates.put(field, Template.parse(text));
                            } catch (InvalidData broken) {
                                faults.require(
                                        false,
                                        "/template/" + field,
                                        String.valueOf(broken.getMessage()));
                            }
                        });
        faults.require(
                format != Format.MESSAGES || templates.isEmpty(),
                "/template",
                "makes text or prompt_completion; a conversation is one column, named in columns");
        for (String field : templates.keySet())
            faults.require(
                    !names.containsKey(field),
                    "/columns/" + field,
                    "is given by the template already");
        return new Mapping(format, names, templates);
    }

    private static Map<String, String> texts(
            @Nullable String json, String pointer, Format format, Faults faults) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (json == null || json.isBlank()) return texts;
        List<String> fields = Mapping.fields(format);
        JsonNode object = object(json);
        faults.require(
                object.isObject(),
                pointer,
                "must be a JSON object such as {\"%s\": \"…\"}".formatted(fields.getFirst()));
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String at = pointer + "/" + entry.getKey();
            boolean known = fields.contains(entry.getKey());
            boolean text = entry.getValue().isString() && !entry.getValue().asString().isEmpty();
            boolean storable = !entry.getValue().toString().contains("\\u0000");
            faults.require(
                    known, at, "is no field of the format; it has " + String.join(", ", fields));
            faults.require(text, at, "must be a text");
            faults.require(storable, at, "holds a NUL character");
            if (known && text && storable)
                texts.put(entry.getKey(), entry.getValue().stringValue());
        }
        return texts;
    }

    private static JsonNode object(String json) {
        try {
            return Binder.JSON.readTree(json);
        } catch (JacksonException _) {
            return Binder.JSON.missingNode();
        }
    }
}
