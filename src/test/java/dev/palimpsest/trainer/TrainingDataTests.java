package dev.palimpsest.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDataTests {
    private static final Path MODEL = Path.of("src/test/resources/oracles/llama_tied/model");

    @TempDir Path folder;

    @BeforeEach
    void aModelWithoutAChatTemplate() throws IOException {
        for (String file : List.of("tokenizer.json", "tokenizer_config.json"))
            Files.copy(MODEL.resolve(file), folder.resolve(file));
    }

    @Test
    void conversationsOfAModelWithoutAChatTemplateAreWrittenPlainlyAndWarnedOf()
            throws IOException {
        assertThat(warnings())
                .containsExactly(
                        "The model has no chat template: conversations are written as 'User: …',"
                                + " 'Assistant: …', one turn a line");
    }

    @Test
    void aTemplateThatWritesTheDateIsWarnedOf() throws IOException {
        template(
                "{{ strftime_now('%d %b %Y') }}{% for m in messages %}{{ m.content }}.{% endfor %}");

        assertThat(warnings())
                .containsExactly(
                        "The model's chat template writes today's date into every conversation");
    }

    @Test
    void aTemplateThatCannotBeRenderedExactlyEndsTheRun() throws IOException {
        template("{% for m in messages %}{{ m.content | wordwrap(7) }}{% endfor %}");

        assertThatThrownBy(this::warnings)
                .isInstanceOf(InvalidData.class)
                .hasMessage(
                        "The model's chat template uses the filter 'wordwrap', which is not known"
                                + " here");
    }

    private void template(String source) throws IOException {
        Files.writeString(folder.resolve("chat_template.jinja"), source);
    }

    private List<String> warnings() throws IOException {
        Path file = folder.resolve("chats.jsonl");
        Files.writeString(
                file,
                """
                {"messages": [{"role": "user", "content": "1+1"}, {"role": "assistant", "content": "2"}]}
                """);
        JobSpec spec =
                Binder.bind(
                        """
                        {"experiment": "exp_1", "dataset": {"train": "chats"},
                         "method": {"type": "full"},
                         "training": {"max_steps": 1, "learning_rate": 1e-2}}
                        """,
                        JobSpec.class);
        Run run =
                new Run(
                        "job_1",
                        1,
                        spec,
                        folder.toString(),
                        new Run.Data(file.toString(), "messages"),
                        null,
                        List.of(),
                        folder.toString(),
                        List.of(),
                        null,
                        List.of(),
                        Map.of(),
                        1,
                        "cpu",
                        Run.Past.NONE,
                        null,
                        null);
        try (Tokenizer tokenizer = Tokenizer.open(folder.resolve("tokenizer.json"))) {
            return TrainingData.of(run, tokenizer, () -> false).warnings(spec.training());
        }
    }
}
