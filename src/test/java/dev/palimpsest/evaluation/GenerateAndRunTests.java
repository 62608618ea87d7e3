package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of 24 words runs in the sandbox that a larger one would run in. */
class GenerateAndRunTests {
    private static final Tokenizer TOKENIZER =
            Tokenizer.open(Path.of("src/main/resources/palimpsest-mini/tokenizer.json"));

    @TempDir Path folder;

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    @Test
    void whatIsWrittenRunsWithItsTestsAndSaysHowItEnded() throws IOException {
        BigramModel model = new BigramModel(TOKENIZER, "=24#77", "/7");
        CodeProtocol protocol = protocol(List.of("#"), 3, 8, false);
        Path items =
                items(
                        """
                        {"prompt": "x=", "opening": "x=", "closing": "\\nassert x == 24"}
                        {"prompt": "x=", "opening": "x=", "closing": "\\nassert x == 25, 'no'"}
                        {"prompt": "x/", "opening": "x=1/", "closing": "("}
                        """);

        TaskResult result =
                new GenerateAndRun(protocol)
                        .score("programs", new ItemFile(items, null), model, TOKENIZER);

        assertThat(result.items())
                .extracting(item -> item.generations().getFirst())
                .extracting(ItemResult.Generated::text, ItemResult.Generated::verdict)
                .satisfiesExactly(
                        one -> assertThat(one.toList()).containsExactly("24", "passed"),
                        one ->
                                assertThat(one.toList())
                                        .containsExactly("24", "failed: AssertionError: no"),
                        one ->
                                assertThat(one.toList().getLast().toString())
                                        .startsWith("failed: SyntaxError"));
        assertThat(values(result))
                .containsEntry("pass@1", 1 / 3.0)
                .containsEntry("pass@3", 1 / 3.0)
                .containsEntry("distinct", 1.0)
                .containsEntry("distinct_passed", 1 / 3.0)
                .containsEntry("edit_distance", 0.0)
                .hasSize(8);
    }

    @Test
    void aPromptsTokensCountWhereTheProtocolSaysSo() throws IOException {
        BigramModel model = new BigramModel(TOKENIZER, "/777777777");
        Path items =
                items(
                        """
                        {"prompt": "1/", "opening": "", "closing": ""}
                        {"prompt": "1111/", "opening": "", "closing": ""}
                        """);

        TaskResult result =
                new GenerateAndRun(protocol(List.of("#"), 1, 6, true))
                        .score("programs", new ItemFile(items, null), model, TOKENIZER);

        assertThat(result.items())
                .extracting(item -> item.generations().getFirst().text())
                .containsExactly("7777", "7");
        assertThat(values(result)).containsOnlyKeys("pass@1");
    }

    private static CodeProtocol protocol(
            List<String> stops, int samples, int most, boolean promptCounts) {
        return new CodeProtocol(
                false, stops, samples, new Sampling(0.2, 0.95, 0, most), promptCounts, false);
    }

    private static Map<String, Double> values(TaskResult result) {
        Map<String, Double> values = new HashMap<>();
        result.metrics().forEach((metric, measure) -> values.put(metric, measure.value()));
        return values;
    }

    private Path items(String lines) throws IOException {
        return Files.writeString(folder.resolve("items.jsonl"), lines);
    }
}
