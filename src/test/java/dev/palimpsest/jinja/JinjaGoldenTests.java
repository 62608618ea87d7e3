package dev.palimpsest.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * Texts and generated parts as transformers renders them, by goldens that chat_goldens.py made;
 * {@code -Dpalimpsest.chat=} names another folder with goldens.json and its templates.
 */
class JinjaGoldenTests {
    private static final Clock FRIDAY =
            Clock.fixed(Instant.parse("2024-07-26T09:05:03Z"), ZoneOffset.UTC);
    private static final String OWN = "src/test/resources/chat";

    @TestFactory
    Stream<DynamicTest> templatesRenderAsInTransformers() throws IOException {
        Path folder = Path.of(System.getProperty("palimpsest.chat", OWN));
        JsonNode goldens = read(folder.resolve("goldens.json"));
        assertThat(goldens.path("templates")).isNotEmpty();
        return goldens.path("templates")
                .valueStream()
                .map(
                        template ->
                                DynamicTest.dynamicTest(
                                        template.path("template").asString(),
                                        () -> check(folder, goldens, template)));
    }

    private static void check(Path folder, JsonNode goldens, JsonNode golden) throws IOException {
        String name = golden.path("template").asString();
        Path own = folder.resolve("templates").resolve(name);
        Path file = Files.exists(own) ? own : folder.resolve(name);
        JinjaTemplate template = JinjaTemplate.of(Files.readString(file));
        for (JsonNode one : golden.path("cases")) {
            String conversation = one.path("conversation").asString();
            Map<String, Object> variables =
                    variables(goldens.path("conversations").path(conversation));
            golden.path("special_tokens")
                    .properties()
                    .forEach(token -> variables.put(token.getKey(), value(token.getValue())));
            variables.put("add_generation_prompt", one.path("prompt").booleanValue());
            compare(name + ", " + conversation, template, variables, one, false);
        }
    }

    @Test
    void expressionsAreThoseOfJinja2OrRefused() throws IOException {
        JsonNode conversations = read(Path.of(OWN, "goldens.json")).path("conversations");
        List<String> refused = new ArrayList<>();
        for (JsonNode golden : read(Path.of(OWN, "expressions.json"))) {
            String source = golden.path("source").asString();
            Map<String, Object> variables = variables(conversations.path("many"));
            variables.put("bos_token", "<s>");
            variables.put("eos_token", "</s>");
            variables.put("add_generation_prompt", false);
            try {
                JinjaTemplate template = JinjaTemplate.of(source);
                if (compare(source, template, variables, golden, true)) refused.add(source);
            } catch (Refusal refusal) {
                if (golden.has("text")) refused.add(source);
            }
        }
        assertThat(refused).as("known to Jinja2, refused here").hasSizeLessThanOrEqualTo(REFUSED);
    }

    /** Python's formatting, powers, digits beyond 64 bits, lazy filters and rare escapes. */
    private static final int REFUSED = 14;

    private static boolean compare(
            String name,
            JinjaTemplate template,
            Map<String, Object> variables,
            JsonNode golden,
            boolean mayRefuse) {
        try {
            JinjaTemplate.Rendered rendered = template.render(variables, 1000, FRIDAY);
            assertThat(rendered.text()).as(name).isEqualTo(golden.path("text").asString(null));
            assertThat(inCodePoints(rendered))
                    .as(name)
                    .isEqualTo(Binder.JSON.convertValue(golden.path("generated"), List.class));
            return false;
        } catch (Refusal refusal) {
            if (!mayRefuse && golden.has("text"))
                throw new AssertionError(name + " is refused: " + refusal.clause(), refusal);
            return golden.has("text");
        }
    }

    private static List<List<Integer>> inCodePoints(JinjaTemplate.Rendered rendered) {
        String text = rendered.text();
        return rendered.generated().stream()
                .map(
                        span ->
                                List.of(
                                        text.codePointCount(0, span.start()),
                                        text.codePointCount(0, span.end())))
                .toList();
    }

    private static Map<String, Object> variables(JsonNode conversation) {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("messages", value(conversation.path("messages")));
        variables.put(
                "tools", conversation.has("tools") ? value(conversation.path("tools")) : None.NONE);
        variables.put("documents", None.NONE);
        return variables;
    }

    private static Object value(JsonNode json) {
        if (json.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            json.properties().forEach(e -> map.put(e.getKey(), value(e.getValue())));
            return map;
        }
        if (json.isArray()) return json.valueStream().map(JinjaGoldenTests::value).toList();
        if (json.isString()) return json.stringValue();
        if (json.isBoolean()) return json.booleanValue();
        if (json.isIntegralNumber()) return json.longValue();
        return json.isNumber() ? (Object) json.doubleValue() : None.NONE;
    }

    private static JsonNode read(Path file) throws IOException {
        return Binder.JSON.readTree(Files.readString(file));
    }
}
