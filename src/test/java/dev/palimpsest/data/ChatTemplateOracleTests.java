package dev.palimpsest.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.OracleSet;
import dev.palimpsest.OracleSet.Variant;
import dev.palimpsest.data.Document.Message;
import dev.palimpsest.data.Document.Role;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Each variant's one chat, rendered by its own template as transformers rendered it. */
class ChatTemplateOracleTests {
    @TestFactory
    Stream<DynamicTest> theChatIsRenderedAndTokenisedAsByTransformers() throws IOException {
        List<Variant> variants = OracleSet.chosen().variants();
        assertThat(variants).isNotEmpty();
        return variants.stream()
                .map(variant -> DynamicTest.dynamicTest(variant.name(), () -> check(variant)));
    }

    private static void check(Variant variant) throws IOException {
        JsonNode chat =
                OracleSet.json(variant.folder().resolve("tokenizer_cases.json")).path("chat");
        ChatTemplate template = ChatTemplate.of(variant.model()).orElseThrow();

        String rendered = template.render(messages(chat), true);

        assertThat(rendered).isEqualTo(chat.path("rendered").asString());
        if (!chat.has("ids")) return; // some sets store the text alone
        try (Tokenizer tokenizer = Tokenizer.open(variant.model().resolve("tokenizer.json"))) {
            List<Integer> ids = chat.path("ids").valueStream().map(JsonNode::intValue).toList();
            assertThat(tokenizer.encode(rendered)).containsExactly(ids.toArray(Integer[]::new));
        }
    }

    private static List<Message> messages(JsonNode chat) {
        return chat.path("messages")
                .valueStream()
                .map(
                        turn ->
                                new Message(
                                        Role.valueOf(
                                                turn.path("role")
                                                        .asString()
                                                        .toUpperCase(Locale.ROOT)),
                                        turn.path("content").asString()))
                .toList();
    }
}
