package dev.palimpsest.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.spec.Binder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappingTests {
    @Test
    void fieldsAreColumnsOrTextAroundThem() {
        Mapping mapping =
                new Mapping(
                        Format.PROMPT_COMPLETION,
                        Map.of("completion", "answer"),
                        Map.of("prompt", Template.parse("{{Q}}: {question} ({n})\n")));

        assertThat(document(mapping, "{\"question\": \"1+1?\", \"n\": 7, \"answer\": true}"))
                .isEqualTo(new Document.PromptCompletion("{Q}: 1+1? (7)\n", "true"));
        assertThat(mapping.needed()).containsExactly("question", "n", "answer");
    }

    @Test
    void aConversationMayBeTextInACellOrSpeakAsShareGpt() {
        Mapping mapping = new Mapping(Format.MESSAGES, Map.of("messages", "talk"), Map.of());
        Document expected =
                new Document.Messages(
                        List.of(
                                new Document.Message(Document.Role.USER, "q"),
                                new Document.Message(Document.Role.ASSISTANT, "a")));

        assertThat(
                        document(
                                mapping,
                                "{\"talk\": [{\"from\": \"human\", \"value\": \"q\"}, {\"from\": \"gpt\", \"value\": \"a\"}]}"))
                .isEqualTo(expected);
        assertThat(
                        document(
                                mapping,
                                "{\"talk\": \"[{\\\"role\\\": \\\"user\\\", \\\"content\\\": \\\"q\\\"}, {\\\"role\\\": \\\"assistant\\\", \\\"content\\\": \\\"a\\\"}]\"}"))
                .isEqualTo(expected);
    }

    @Test
    void whatIsMissingIsSaidWithWhatIsThere() {
        Mapping mapping = new Mapping(Format.TEXT, Map.of("text", "body"), Map.of());

        assertThatThrownBy(() -> document(mapping, "{\"id\": 1, \"content\": \"x\"}"))
                .hasMessage("has no field body; it has id, content");
        assertThatThrownBy(() -> document(mapping, "{\"body\": null}"))
                .hasMessage("has nothing in its field body");
        assertThatThrownBy(() -> document(mapping, "{\"body\": [1]}"))
                .hasMessage("has a body that is no text");
        assertThat(mapping.missingFrom(List.of("id", "content")))
                .containsEntry("text", "there is no column 'body'; the columns are id, content");
    }

    @Test
    void aKnownShapeIsSuggestedAndNotGuessed() {
        assertThat(
                        Mapping.of(Format.PROMPT_COMPLETION)
                                .missingFrom(List.of("instruction", "input", "output"))
                                .get("prompt"))
                .endsWith(
                        "did you mean template={\"prompt\": \"{instruction}\\n\\n{input}\\n\\n\", \"completion\": \"{output}\"}?");
        assertThat(
                        Mapping.of(Format.MESSAGES)
                                .missingFrom(List.of("conversations"))
                                .get("messages"))
                .endsWith("did you mean columns={\"messages\": \"conversations\"}?");
        assertThat(Mapping.of(Format.TEXT).missingFrom(List.of("x")).get("text"))
                .endsWith("say with columns={\"text\": \"COLUMN\"} which holds it");
    }

    @ParameterizedTest
    @CsvSource({
        "a {b, opens a brace at character 3",
        "a} b, closes a brace at character 2",
        "a {} b, names no column at character 3"
    })
    void aBrokenTemplateSaysWhere(String source, String reason) {
        assertThatThrownBy(() -> Template.parse(source))
                .isInstanceOf(InvalidData.class)
                .hasMessageStartingWith(reason);
    }

    private static Document document(Mapping mapping, String row) {
        return mapping.document(Binder.JSON.readTree(row));
    }
}
