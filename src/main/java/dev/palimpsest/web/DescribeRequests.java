package dev.palimpsest.web;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.stereotype.Component;

/**
 * Says in the OpenAPI document how strict requests are: no other fields, and null for what a
 * default stands for. A schema that is answered too stays open, as answers may grow.
 */
@Component
@SuppressWarnings("rawtypes") // swagger-core's own
final class DescribeRequests implements GlobalOpenApiCustomizer {
    private static final String FORM = "multipart/form-data";
    private static final String REFERENCE = "#/components/schemas/";

    @Override
    public void customise(OpenAPI document) {
        Map<String, Schema> schemas = document.getComponents().getSchemas();
        Set<String> asked = new HashSet<>();
        Set<String> answered = new HashSet<>();
        document.getPaths().values().stream()
                .flatMap(item -> item.readOperations().stream())
                .forEach(
                        operation -> {
                            RequestBody body = operation.getRequestBody();
                            if (body != null) {
                                collect(body.getContent(), schemas, asked);
                                if (body.getContent().containsKey(FORM)) body.setRequired(true);
                            }
                            operation
                                    .getResponses()
                                    .values()
                                    .forEach(
                                            answer ->
                                                    collect(
                                                            answer.getContent(),
                                                            schemas,
                                                            answered));
                        });
        asked.removeAll(answered);
        schemas.forEach(
                (name, schema) -> {
                    if (asked.contains(name)) close(name, schema);
                });
    }

    private static void close(String name, Schema<?> schema) {
        if (RecordSchemas.refusesOthers(name)) schema.setAdditionalProperties(false);
        if (schema.getProperties() == null) return;
        schema.getProperties()
                .replaceAll(
                        (_, field) ->
                                field.getDefault() == null
                                        ? field
                                        : RecordSchemas.orNull((JsonSchema) field));
    }

    /** Every schema of ours that a body is made of. */
    private static void collect(
            @Nullable Content content, Map<String, Schema> schemas, Set<String> names) {
        if (content == null) return;
        for (MediaType media : content.values()) collect(media.getSchema(), schemas, names);
    }

    private static void collect(
            @Nullable Schema<?> schema, Map<String, Schema> schemas, Set<String> names) {
        if (schema == null) return;
        String reference = schema.get$ref();
        if (reference != null) {
            String name = reference.substring(REFERENCE.length());
            if (names.add(name)) collect(schemas.get(name), schemas, names);
            return;
        }
        parts(schema).forEach(part -> collect(part, schemas, names));
    }

    private static Stream<Schema> parts(Schema<?> schema) {
        return Stream.of(
                        Optional.ofNullable(schema.getProperties()).map(Map::values),
                        Optional.ofNullable(schema.getOneOf()),
                        Optional.ofNullable(schema.getItems()).map(List::of),
                        Optional.ofNullable(schema.getAdditionalProperties())
                                .filter(Schema.class::isInstance)
                                .map(Schema.class::cast)
                                .map(List::of))
                .flatMap(Optional::stream)
                .flatMap(Collection::stream);
    }
}
