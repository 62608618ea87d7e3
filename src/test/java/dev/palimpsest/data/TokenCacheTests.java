package dev.palimpsest.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.spec.Regime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenCacheTests {
    private static final Tokenizer TOKENIZER =
            Tokenizer.open(Path.of("src/main/resources/palimpsest-mini/tokenizer.json"));
    private static final Progress NEVER =
            (_, _, _, _) -> {
                throw new AssertionError("it was tokenised once more");
            };

    @TempDir Path folder;
    private Path dataset = Path.of("");

    @BeforeEach
    void write() throws IOException {
        dataset = folder.resolve("data.jsonl");
        BuiltInDatasets.named("gsm8k-validation").orElseThrow().write(dataset);
    }

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    @ParameterizedTest
    @EnumSource(Regime.class)
    void cachedRowsAreThoseOfDocumentsTokenisedOneByOne(Regime regime) throws IOException {
        List<Document> documents = new ArrayList<>();
        DocumentFile.readGood(dataset, Format.PROMPT_COMPLETION, documents::add);
        Rows straight = Rows.of(documents, new Tokenization(TOKENIZER, regime, 100, false));

        Rows made = rows(regime, 100, Progress.NONE);
        Rows read = rows(regime, 100, NEVER);

        assertThat(made.report()).isEqualTo(straight.report()).isEqualTo(read.report());
        assertThat(kept(made)).isEqualTo(kept(straight)).isEqualTo(kept(read));
        assertThat(
                        kept(
                                Rows.of(
                                        dataset,
                                        Format.PROMPT_COMPLETION,
                                        new Tokenization(TOKENIZER, regime, 100, false),
                                        Progress.NONE)))
                .isEqualTo(kept(straight));
    }

    @Test
    void whateverChangesTheRowsIsTokenisedAnew() throws IOException {
        rows(Regime.INSTRUCTION, 100, Progress.NONE);

        rows(Regime.INSTRUCTION, 101, Progress.NONE);
        rows(Regime.PRETRAINING, 100, Progress.NONE);
        Files.writeString(dataset, "{\"prompt\": \"1\", \"completion\": \"2\"}\n");
        Rows other = rows(Regime.INSTRUCTION, 100, Progress.NONE);

        assertThat(other.size()).isEqualTo(1);
        assertThat(cached()).hasSize(4);
    }

    @Test
    void aChangedTokenizerHasAnotherFingerprint() throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        for (String file : List.of("tokenizer.json", "tokenizer_config.json"))
            Files.copy(
                    Path.of("src/main/resources/palimpsest-mini").resolve(file),
                    model.resolve(file));
        try (Tokenizer same = Tokenizer.open(model.resolve("tokenizer.json"))) {
            assertThat(same.fingerprint()).isEqualTo(TOKENIZER.fingerprint());
            Files.writeString(model.resolve("chat_template.jinja"), "{{ messages }}");
            assertThat(same.fingerprint()).isNotEqualTo(TOKENIZER.fingerprint());
        }
    }

    @Test
    void aFileThatIsNotWholeIsMadeAgain() throws IOException {
        Rows whole = rows(Regime.INSTRUCTION, 100, Progress.NONE);
        List<List<Integer>> kept = kept(whole);
        Path file = cached().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file); // the rows above still lie in the old one
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 8));

        Rows again = rows(Regime.INSTRUCTION, 100, Progress.NONE);

        assertThat(kept(again)).isEqualTo(kept);
        assertThat(Files.size(file)).isEqualTo(bytes.length);
    }

    @Test
    void aDatasetThatCannotBeUsedLeavesNothingBehind() throws IOException {
        Files.writeString(dataset, "{\"prompt\": \"1\", \"completion\": \"2\"}\nbroken\n");

        assertThatThrownBy(() -> rows(Regime.INSTRUCTION, 100, Progress.NONE))
                .isInstanceOf(InvalidData.class)
                .hasMessageStartingWith("Line 2 of ");
        assertThat(cached()).isEmpty();
    }

    private Rows rows(Regime regime, int sequenceLength, Progress progress) throws IOException {
        return new TokenCache(folder.resolve("cache"))
                .rows(
                        dataset,
                        Format.PROMPT_COMPLETION,
                        new Tokenization(TOKENIZER, regime, sequenceLength, false),
                        progress);
    }

    private List<Path> cached() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.toList();
        }
    }

    private static List<List<Integer>> kept(Rows rows) {
        return IntStream.range(0, rows.size())
                .mapToObj(rows::row)
                .map(row -> IntStream.range(0, row.length()).mapToObj(row::kept).toList())
                .toList();
    }
}
