package dev.palimpsest.web;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Says of each parameter in the OpenAPI document what its place in the path tells about it. */
@Component
@SuppressWarnings("rawtypes") // swagger-core's own
final class DescribePaths implements GlobalOpenApiCustomizer {
    private static final String NAME = "([a-z0-9][a-z0-9-]{0,31}~)?[a-z0-9][a-z0-9._-]{0,63}";
    private static final String FILE = "[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*";
    private static final String TAG = "\"[0-9]{1,18}\"";

    /** What stands in a path after a word. */
    private static final Map<String, String> AFTER =
            Map.ofEntries(
                    Map.entry("/api/v1/checkpoints", id("ckpt_")),
                    Map.entry("/api/v1/datasets", NAME),
                    Map.entry("/api/v1/evaluations", id("eval_")),
                    Map.entry("/api/v1/experiments", id("exp_")),
                    Map.entry("/api/v1/exports", id("export_")),
                    Map.entry("/api/v1/jobs", id("job_")),
                    Map.entry("/api/v1/keys", id("key_")),
                    Map.entry("/api/v1/models", NAME),
                    Map.entry("/api/v1/presets", NAME),
                    Map.entry("/api/v1/projects", "[a-z0-9][a-z0-9-]{0,31}"),
                    Map.entry("/api/v1/scorings", id("scoring_")),
                    Map.entry("/api/v1/studies", id("study_")),
                    Map.entry("/api/v1/sweeps", id("sweep_")),
                    Map.entry("/api/v1/tasks", NAME),
                    Map.entry("/api/v1/webhooks", id("webhook_")),
                    Map.entry("/api/v1/workers", "[A-Za-z0-9][A-Za-z0-9._-]*"),
                    Map.entry("/v1/files", id("file-")),
                    Map.entry("/v1/fine_tuning/jobs", id("ftjob-")),
                    Map.entry("/v1/models", "[A-Za-z0-9][A-Za-z0-9._:~-]*"));

    @Override
    public void customise(OpenAPI document) {
        document.getPaths()
                .forEach(
                        (path, item) -> {
                            for (Operation operation : item.readOperations())
                                if (operation.getParameters() != null)
                                    describe(path, operation.getParameters());
                        });
    }

    private static void describe(String path, List<Parameter> parameters) {
        for (Parameter parameter : parameters) {
            Schema<?> schema = parameter.getSchema();
            if (schema == null) continue;
            if (schema.getTypes() != null) schema.getTypes().remove("null"); // a query has none
            if ("path".equals(parameter.getIn()))
                parameter.setSchema(text(inPath(path, parameter)));
            if ("query".equals(parameter.getIn())) {
                withoutNul(schema);
                withoutNul(schema.getItems());
            }
            if (HttpHeaders.IF_MATCH.equals(parameter.getName()))
                parameter.setSchema(text("[*]|" + TAG + "( ?, ?" + TAG + ")*"));
        }
    }

    private static void withoutNul(@Nullable Schema<?> schema) {
        if (schema != null
                && schema.getTypes() != null
                && schema.getTypes().contains("string")
                && schema.getEnum() == null) schema.setPattern("^[^\\x00]*$");
    }

    private static String inPath(String path, Parameter parameter) {
        int at = path.indexOf("/{" + parameter.getName() + "}");
        String before = path.substring(0, at);
        if (before.endsWith("/files") && before.contains("{")) return FILE;
        if (before.endsWith("/deliveries")) return id("dlv_");
        String pattern = AFTER.get(before);
        if (pattern == null)
            throw new IllegalStateException("say here what %s may be".formatted(path));
        return pattern;
    }

    /** As {@link Ids} makes them. */
    private static String id(String prefix) {
        return prefix + "[0-9a-hjkmnp-tv-z]{26}";
    }

    /** One of its own, as equal schemas are one object. */
    private static JsonSchema text(String pattern) {
        JsonSchema schema = new JsonSchema();
        schema.setTypes(Set.of("string"));
        schema.setPattern("^(" + pattern + ")$");
        return schema;
    }
}
