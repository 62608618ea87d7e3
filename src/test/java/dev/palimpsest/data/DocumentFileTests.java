package dev.palimpsest.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.data.DocumentFile.BadLine;
import dev.palimpsest.data.DocumentFile.Report;
import dev.palimpsest.spec.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentFileTests {
    private final List<Document> documents = new ArrayList<>();

    @TempDir Path folder;

    @Test
    void goodLinesAreReadWhateverEndsThem() throws IOException {
        Report report = read(Format.TEXT, "\uFEFF{\"text\": \"é\"}\r\n{\"text\":\"b\",\"id\":7}");

        assertThat(report).isEqualTo(new Report(2, 0, List.of()));
        assertThat(documents).containsExactly(new Document.Text("é"), new Document.Text("b"));
    }

    @Test
    void everyBadLineIsNamedWithWhatIsWrong() throws IOException {
        String lines =
                """
                {"text": "good"}

                {"text": "cut
                {"text": ""}
                {"text": 7}
                ["text"]
                {"txt": "a"}
                {"text": "\\ud83d"}
                {"text": "a", "text": "b"}
                {"text": "a"} {"text": "b"}
                """;

        Report report = read(Format.TEXT, lines);

        assertThat(report.documents()).isEqualTo(1);
        assertThat(report.bad()).isEqualTo(9);
        assertThat(report.badLines().stream().map(BadLine::line))
                .containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(report.badLines().stream().map(BadLine::detail).toList())
                .satisfiesExactly(
                        blank -> assertThat(blank).isEqualTo("is blank"),
                        cut -> assertThat(cut).startsWith("is not valid JSON at column "),
                        empty -> assertThat(empty).isEqualTo("has an empty text"),
                        number -> assertThat(number).isEqualTo("has a text that is no string"),
                        list -> assertThat(list).isEqualTo("is not a JSON object"),
                        other -> assertThat(other).isEqualTo("has no field text"),
                        half -> assertThat(half).isEqualTo("has half a surrogate pair in text"),
                        twice -> assertThat(twice).contains("Duplicate"),
                        two -> assertThat(two).startsWith("is not valid JSON"));
    }

    @Test
    void aLineThatIsMadeToBreakItsReaderIsABadOne() throws IOException {
        String lines =
                String.join(
                        "\n",
                        "[".repeat(1_000_000),
                        "{\"text\": ".repeat(100_000),
                        "{\"text\": \"a\", \"n\": " + "9".repeat(100_000) + "}",
                        "{\"text\": \"a\", \"" + "n".repeat(100_000) + "\": 1}",
                        "{\"text\": \"good\"}");

        Report report = read(Format.TEXT, lines);

        assertThat(report.documents()).isEqualTo(1);
        assertThat(report.badLines().stream().map(BadLine::line)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(report.badLines().stream().map(BadLine::detail))
                .allMatch(
                        detail -> detail.startsWith("is not valid JSON") && detail.length() < 300);
    }

    @Test
    void oneBadLineInTenThousandIsFoundAndManyAreCountedButNotAllListed() throws IOException {
        StringBuilder one = new StringBuilder();
        for (int i = 1; i <= 10_000; i++)
            one.append(i == 7_001 ? "{" : "{\"text\": \"a\"}").append('\n');

        Report single = read(Format.TEXT, one.toString());
        Report all = read(Format.PROMPT_COMPLETION, one.toString());

        assertThat(single.badLines().stream().map(BadLine::line)).containsExactly(7_001L);
        assertThat(single.documents()).isEqualTo(9_999);
        assertThat(all.bad()).isEqualTo(10_000);
        assertThat(all.badLines()).hasSize(100);
    }

    @Test
    void bytesThatAreNoTextAndLinesWithoutEndAreRefused() throws IOException {
        byte[] latin = "{\"text\": \"caf\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1);
        byte[] endless = "x".repeat(9 << 20).getBytes(StandardCharsets.US_ASCII);

        Report notText =
                DocumentFile.read(new ByteArrayInputStream(latin), Format.TEXT, documents::add);
        Report tooLong =
                DocumentFile.read(new ByteArrayInputStream(endless), Format.TEXT, documents::add);

        assertThat(notText.badLines()).containsExactly(new BadLine(1, "is not valid UTF-8"));
        assertThat(tooLong.badLines()).containsExactly(new BadLine(1, "is longer than 8 MiB"));
    }

    @Test
    void promptsAndConversationsMustEndInSomethingToLearn() throws IOException {
        Report pairs =
                read(
                        Format.PROMPT_COMPLETION,
                        """
                        {"prompt": "q", "completion": " a"}
                        {"prompt": "q", "completion": ""}
                        {"completion": "a"}
                        """);
        Report conversations =
                read(
                        Format.MESSAGES,
                        """
                        {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}
                        {"messages": [{"role": "assistant", "content": "a"}, {"role": "user", "content": "q"}]}
                        {"messages": []}
                        {"messages": [{"role": "tool", "content": "a"}]}
                        {"messages": [{"role": "user", "content": ""}]}
                        {}
                        """);

        assertThat(pairs.badLines())
                .containsExactly(
                        new BadLine(2, "has an empty completion"),
                        new BadLine(3, "has no field prompt"));
        assertThat(conversations.badLines())
                .containsExactly(
                        new BadLine(2, "does not end with a turn of the assistant"),
                        new BadLine(3, "has messages that are not a list of turns"),
                        new BadLine(
                                4, "has the role 'tool' in turn 0; use system, user or assistant"),
                        new BadLine(5, "has an empty content"),
                        new BadLine(6, "has no field messages"));
    }

    @Test
    void aFileThatWasFoundGoodButIsNotAnyMoreStopsItsReader() throws IOException {
        Path file = Files.writeString(folder.resolve("data.jsonl"), "{\"text\": \"a\"}\nb\n");

        assertThatThrownBy(() -> DocumentFile.readGood(file, Format.TEXT, documents::add))
                .isInstanceOf(InvalidData.class)
                .hasMessageStartingWith("Line 2 of " + file + " is not valid JSON");
    }

    @ParameterizedTest
    @CsvSource({
        "definitions-train, 112988, b45397688015",
        "definitions-validation, 1191, d007be877785",
        "gsm8k-train, 7173, 9a72de2914d9",
        "gsm8k-validation, 300, 41813add5b71"
    })
    void aBuiltInDatasetReadsBackAsItWasWrittenAndStaysTheSame(String name, long count, String hash)
            throws IOException {
        BuiltInDataset dataset = BuiltInDatasets.named(name).orElseThrow();
        Path file = folder.resolve("data.jsonl");

        assertThat(dataset.write(file)).isEqualTo(count);
        DocumentFile.readGood(file, dataset.format(), documents::add);

        assertThat(documents).isEqualTo(dataset.documents().get());
        assertThat(Sha256.of(file)).startsWith(hash);
    }

    private Report read(Format format, String lines) throws IOException {
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        return DocumentFile.read(new ByteArrayInputStream(bytes), format, documents::add);
    }
}
