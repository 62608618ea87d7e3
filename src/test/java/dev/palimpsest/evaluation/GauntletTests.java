package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Exemplars;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The convention said again, from the files on: exemplars of the same file but never the document
 * itself, a line feed between them, context and option made tokens apart, and the least mean
 * cross-entropy of a token wins.
 */
class GauntletTests {
    private static final BenchmarkFolder DATA =
            new BenchmarkFolder(Path.of("src/test/resources/benchmarks"));
    private static final Protocol THREE_SHOTS =
            new Protocol(Convention.GAUNTLET, 3, Exemplars.SAMPLED);

    /** What Python's generator and sets give for seed 1234 and 1,172 documents. */
    private static final int[][] DRAWN_FOR_ARC = {
        {15, 902, 239}, {185, 171, 71}, {201, 484, 726}, {32, 35, 63}
    };

    @TempDir Path folder;

    @Test
    void theExemplarsOfArcAreTheOnesDrawnAndJoinedByALineFeed() throws IOException {
        List<JsonNode> rows = rows("arc_challenge_test.jsonl.gz");

        List<Question> questions = arc().rendering(DATA, THREE_SHOTS).of(List.of(0, 1, 2, 3));

        for (int i = 0; i < DRAWN_FOR_ARC.length; i++)
            assertThat(asked(questions.get(i))).isEqualTo(prompt(rows, DRAWN_FOR_ARC[i], i));
    }

    @Test
    void aDocumentIsNeverItsOwnExemplarAndAnotherTakesItsPlace() throws IOException {
        List<Rendering.Document> few =
                arc().rendering(DATA, THREE_SHOTS).documents().subList(0, 40);
        Protocol sixShots = new Protocol(Convention.GAUNTLET, 6, Exemplars.SAMPLED);

        List<Question> questions = new Rendering(few, few, false, sixShots).of(List.of(3, 4, 8, 9));

        // of CPython 3.11, where documents 4 and 9 among others were first drawn for themselves
        int[][] drawn = {
            {0, 32, 34, 4, 15, 31},
            {32, 2, 35, 5, 17, 29},
            {3, 4, 37, 38, 10, 31},
            {1, 33, 35, 7, 13, 22}
        };
        List<JsonNode> rows = rows("arc_challenge_test.jsonl.gz");
        int[] asked = {3, 4, 8, 9};
        for (int i = 0; i < asked.length; i++)
            assertThat(asked(questions.get(i))).isEqualTo(prompt(rows, drawn[i], asked[i]));
    }

    @Test
    void theOptionOfTheLeastMeanCrossEntropyWins() throws IOException {
        List<JsonNode> rows = rows("arc_challenge_test.jsonl.gz");
        try (Tokenizer tokenizer =
                Tokenizer.open(Path.of("src/main/resources/palimpsest-mini/tokenizer.json"))) {
            BigramModel model =
                    new BigramModel(
                            tokenizer,
                            rows.stream().map(GauntletTests::solved).toArray(String[]::new));
            Path items = folder.resolve("items.jsonl");
            arc().write(items, DATA, THREE_SHOTS);

            TaskResult result =
                    arc().task()
                            .under(Convention.GAUNTLET)
                            .score(first(4, items), model, tokenizer);

            double right = 0;
            for (int i = 0; i < 4; i++) {
                String context = prompt(rows, DRAWN_FOR_ARC[i], i);
                List<Double> entropies = new ArrayList<>();
                for (JsonNode option : rows.get(i).path("choices").path("text"))
                    entropies.add(entropy(context, " " + option.asString(), model, tokenizer));
                int least =
                        entropies.indexOf(entropies.stream().min(Double::compare).orElseThrow());
                ItemResult item = result.items().get(i);
                assertThat(item.choice()).isEqualTo(least);
                assertThat(item.options().stream().map(o -> -o.logLikelihood() / o.tokens()))
                        .zipSatisfy(
                                entropies,
                                (ours, theirs) -> assertThat(ours).isCloseTo(theirs, within(1e-9)));
                if (least == gold(rows.get(i))) right++;
            }
            assertThat(result.metrics()).containsOnlyKeys("acc_per_token");
            assertThat(result.metrics().get("acc_per_token").value()).isEqualTo(right / 4);
        }
    }

    @Test
    void ofWinoGrandeTheContextAfterWhichTheRestIsLeastSurprisingWins() throws IOException {
        List<JsonNode> rows = rows("winogrande_xl_dev.jsonl.gz");
        Benchmark task = (Benchmark) BuiltInTasks.named("winogrande").orElseThrow();
        try (Tokenizer tokenizer =
                Tokenizer.open(Path.of("src/main/resources/palimpsest-mini/tokenizer.json"))) {
            BigramModel model = new BigramModel(tokenizer, "Sarah always got", "Maria so");
            Path items = folder.resolve("items.jsonl");
            task.write(items, DATA, new Protocol(Convention.GAUNTLET, 0, Exemplars.SAMPLED));

            TaskResult result =
                    task.task()
                            .under(Convention.GAUNTLET)
                            .score(first(20, items), model, tokenizer);

            for (int i = 0; i < 20; i++) {
                JsonNode row = rows.get(i);
                String[] parts = row.path("sentence").asString().split("_", 2);
                String rest = " " + parts[1].strip();
                String first = parts[0] + row.path("option1").asString();
                String second = parts[0] + row.path("option2").asString();
                boolean firstWins =
                        entropy(first, rest, model, tokenizer)
                                <= entropy(second, rest, model, tokenizer);
                assertThat(result.items().get(i).choice()).isEqualTo(firstWins ? 0 : 1);
            }
        }
    }

    private static String asked(Question question) {
        MultipleChoice.Item item = (MultipleChoice.Item) question;
        return item.exemplars() + item.context();
    }

    private static ItemFile first(int count, Path items) throws IOException {
        return new ItemFile(Files.write(items, Files.readAllLines(items).subList(0, count)), null);
    }

    private static double entropy(
            String context, String text, BigramModel model, Tokenizer tokenizer) {
        int[] ids = tokenizer.encode(text);
        int[] before = tokenizer.encode(context.stripTrailing());
        int last = before[before.length - 1];
        double sum = 0;
        for (int id : ids) {
            sum -= Math.log(model.probability(last, id));
            last = id;
        }
        return sum / ids.length;
    }

    private static String prompt(List<JsonNode> rows, int[] exemplars, int asked) {
        StringBuilder prompt = new StringBuilder();
        for (int exemplar : exemplars) prompt.append(solved(rows.get(exemplar))).append('\n');
        return prompt + "Question: " + rows.get(asked).path("question").asString() + "\nAnswer:";
    }

    private static String solved(JsonNode row) {
        return "Question: %s\nAnswer: %s"
                .formatted(
                        row.path("question").asString(),
                        row.path("choices").path("text").path(gold(row)).asString());
    }

    private static int gold(JsonNode row) {
        List<String> labels =
                row.path("choices").path("label").valueStream().map(JsonNode::asString).toList();
        return labels.indexOf(row.path("answerKey").asString());
    }

    private static Benchmark arc() {
        return (Benchmark) BuiltInTasks.named("arc_challenge").orElseThrow();
    }

    private static List<JsonNode> rows(String name) throws IOException {
        try (var file = new GZIPInputStream(Files.newInputStream(DATA.path().resolve(name)))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(Binder.JSON::readTree)
                    .toList();
        }
    }
}
