package dev.palimpsest.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.data.Document.Message;
import dev.palimpsest.data.Document.Piece;
import dev.palimpsest.data.Document.Role;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Regime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ChatTemplateTests {
    private static final Path CHAT = Path.of("src/test/resources/chat");
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2024-07-26T09:05:03Z"), ZoneOffset.UTC);
    private static final Document.Messages TWO_ANSWERS =
            conversation("Say 1", "one 🙂", "And 2", "two");

    @ParameterizedTest
    @ValueSource(strings = {"chatml", "chatml-marked", "mistral-v0.1-instruct", "qwen3"})
    void aTurnOfNoWeightIsOnlyRead(String name) throws IOException {
        ChatTemplate template = own(name);

        List<Piece> all = template.pieces(TWO_ANSWERS);
        List<Piece> weighed = template.pieces(firstOnlyRead());

        assertThat(answered(all)).hasSize(2);
        assertThat(answered(weighed)).containsExactly(answered(all).getLast());
        assertThat(text(weighed)).isEqualTo(text(all));
    }

    @Test
    void withoutATemplateTooATurnOfNoWeightIsOnlyRead() {
        assertThat(answered(firstOnlyRead().pieces())).containsExactly(" two");
    }

    private static Document.Messages firstOnlyRead() {
        List<Message> messages = new ArrayList<>(TWO_ANSWERS.messages());
        messages.set(1, new Message(Role.ASSISTANT, messages.get(1).content(), 0));
        return new Document.Messages(messages);
    }

    private static List<String> answered(List<Piece> pieces) {
        return pieces.stream().filter(Piece::answered).map(Piece::text).toList();
    }

    private static String text(List<Piece> pieces) {
        return pieces.stream().map(Piece::text).collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "chatml ; one 🙂<|im_end|> ; two<|im_end|>",
                "chatml-marked ; \\none 🙂<|im_end|> ; \\ntwo<|im_end|>",
                "llama-2-chat ; \\u0020one 🙂 </s> ; \\u0020two </s>",
                "llama-3-instruct ; one 🙂<|eot_id|> ; two<|eot_id|>",
                "llama-3.1-instruct ; one 🙂<|eot_id|> ; two<|eot_id|>",
                "llama-3.2-instruct ; one 🙂<|eot_id|> ; two<|eot_id|>",
                "mistral-v0.1-instruct ; one 🙂</s> ; two</s>",
                "mistral-v0.2-instruct ; \\u0020one 🙂</s> ; \\u0020two</s>",
                "mistral-v0.3-instruct ; \\u0020one 🙂</s> ; \\u0020two</s>",
                "qwen2-instruct ; one 🙂<|im_end|> ; two<|im_end|>",
                "qwen2.5-instruct ; one 🙂<|im_end|> ; two<|im_end|>",
                "qwen3 ; one 🙂<|im_end|> ; <think>\\n\\n</think>\\n\\ntwo<|im_end|>",
                "smollm2-instruct ; one 🙂<|im_end|> ; two<|im_end|>",
                "olmo-2-instruct ; one 🙂</s> ; two</s>",
                "zephyr ; one 🙂</s> ; two</s>"
            })
    void theAssistantsTurnsWithTheirEndsAreAnswered(String name, String first, String second)
            throws IOException {
        ChatTemplate template = own(name);

        List<Piece> pieces = template.pieces(TWO_ANSWERS);

        assertThat(pieces.stream().filter(Piece::answered).map(Piece::text))
                .containsExactly(plain(first), plain(second));
        assertThat(pieces.stream().map(Piece::text).collect(Collectors.joining()))
                .isEqualTo(template.render(TWO_ANSWERS.messages(), false));
    }

    @Test
    void thoughtsThatTheTemplateDropsAreNotSought() throws IOException {
        Document.Messages thought =
                conversation(
                        "a?", "<think>\nhm\n</think>\n\nA", "b?", "<think>\nso\n</think>\n\nB");

        List<Piece> pieces = own("qwen3").pieces(thought);

        assertThat(pieces.stream().filter(Piece::answered).map(Piece::text))
                .containsExactly("A<|im_end|>", "<think>\nso\n</think>\n\nB<|im_end|>");
    }

    @Test
    void aSystemThatIsMovedToTheLastTurnKeepsTheSpans() throws IOException {
        List<Message> messages = new ArrayList<>();
        messages.add(new Message(Role.SYSTEM, "Be brief."));
        messages.addAll(conversation("one", "1", "one", "one").messages());

        List<Piece> pieces = own("mistral-v0.3-instruct").pieces(new Document.Messages(messages));

        assertThat(pieces.stream().filter(Piece::answered).map(Piece::text))
                .containsExactly(" 1</s>", " one</s>");
    }

    @Test
    void aTemplateThatHidesTheAssistantsWordsIsRefused() {
        ChatTemplate template =
                template("{% for m in messages %}{{ m.content | upper | first }}{% endfor %}!");

        assertThatThrownBy(() -> template.pieces(TWO_ANSWERS))
                .isInstanceOf(InvalidData.class)
                .hasMessageContaining("does not show where the assistant speaks");
    }

    @Test
    void aConversationThatTheTemplateRefusesIsInvalid() throws IOException {
        ChatTemplate template = own("mistral-v0.1-instruct");
        List<Message> assistantFirst = TWO_ANSWERS.messages().subList(1, 4);

        assertThatThrownBy(() -> template.render(assistantFirst, false))
                .isInstanceOf(InvalidData.class)
                .hasMessage(
                        "does not suit the model's chat template, which refuses this conversation:"
                                + " Turns must alternate, the user first");
    }

    @Test
    void whatIsNotKnownIsRefusedByName() {
        assertThatThrownBy(() -> template("{{ messages | groupby('role') }}"))
                .isInstanceOf(InvalidData.class)
                .hasMessage(
                        "The model's chat template uses the filter 'groupby', which is not known"
                                + " here");
    }

    @Test
    void theFileComesBeforeTheSettingsAndDefaultBeforeOthers(@TempDir Path folder)
            throws IOException {
        assertThat(ChatTemplate.of(folder)).isEmpty();
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                """
                {"bos_token": {"content": "<b>"}, "eos_token": null, "chat_template": [
                  {"name": "tool_use", "template": "tools"},
                  {"name": "default", "template": "{{ bos_token }}{{ eos_token }} default"}]}
                """);
        assertThat(ChatTemplate.of(folder).orElseThrow().render(List.of(), false))
                .isEqualTo("<b> default");

        Files.writeString(folder.resolve("chat_template.jinja"), "file {{ bos_token }}\n");
        assertThat(ChatTemplate.of(folder).orElseThrow().render(List.of(), false))
                .isEqualTo("file <b>");
    }

    @Test
    void aTokenThatNoFileNamesIsNotGuessed(@TempDir Path folder) throws IOException {
        Path settings = folder.resolve("tokenizer_config.json");
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ bos_token }}x");

        Files.writeString(settings, "{\"tokenizer_class\": \"LlamaTokenizer\"}");
        assertThatThrownBy(() -> ChatTemplate.of(folder))
                .isInstanceOf(InvalidData.class)
                .hasMessageContaining("writes bos_token, which no file of the model names");

        Files.writeString(
                settings, "{\"tokenizer_class\": \"LlamaTokenizer\", \"bos_token\": null}");
        assertThat(ChatTemplate.of(folder).orElseThrow().render(List.of(), false)).isEqualTo("x");
    }

    /** Ids and the mask that transformers gives for the same conversation and tokenizer. */
    @Test
    void idsAndMaskAreThoseOfTransformers(@TempDir Path folders) throws IOException {
        JsonNode golden = Binder.JSON.readTree(CHAT.resolve("masked.json"));
        for (JsonNode one : golden) {
            Path folder = Files.createTempDirectory(folders, "chat");
            Path model = Path.of("src/test/resources/oracles/llama_tied/model");
            for (String file : List.of("tokenizer.json", "tokenizer_config.json"))
                Files.copy(model.resolve(file), folder.resolve(file));
            Files.writeString(
                    folder.resolve("chat_template.jinja"), one.path("template").asString());
            List<Message> messages = new ArrayList<>();
            for (JsonNode turn : one.path("messages"))
                messages.add(
                        new Message(
                                Role.valueOf(turn.path("role").asString().toUpperCase(Locale.ROOT)),
                                turn.path("content").asString()));
            try (Tokenizer tokenizer = Tokenizer.open(folder.resolve("tokenizer.json"))) {
                int[] tokens = DocumentTokens.of(new Document.Messages(messages), tokenizer);
                List<Integer> ids = new ArrayList<>();
                List<Integer> mask = new ArrayList<>();
                for (int token : tokens) {
                    ids.add(token >= 0 ? token : Row.read(token));
                    mask.add(token >= 0 ? 1 : 0);
                }
                assertThat(ids).isEqualTo(Binder.JSON.convertValue(one.path("ids"), List.class));
                assertThat(mask).isEqualTo(Binder.JSON.convertValue(one.path("mask"), List.class));
                Rows rows =
                        Rows.of(
                                List.of(new Document.Messages(messages)),
                                new Tokenization(tokenizer, Regime.INSTRUCTION, 4096, false));
                assertThat(rows.report().tokens()).isEqualTo(ids.size());
            }
        }
    }

    private static Document.Messages conversation(String... contents) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < contents.length; i++)
            messages.add(new Message(i % 2 == 0 ? Role.USER : Role.ASSISTANT, contents[i]));
        return new Document.Messages(messages);
    }

    private static ChatTemplate own(String name) throws IOException {
        return template(Files.readString(CHAT.resolve("templates/" + name + ".jinja")));
    }

    private static ChatTemplate template(String source) {
        return ChatTemplate.of(source, Map.of("bos_token", "<s>", "eos_token", "</s>"), CLOCK);
    }

    private static String plain(String escaped) {
        return escaped.replace("\\n", "\n").replace("\\u0020", " ");
    }
}
