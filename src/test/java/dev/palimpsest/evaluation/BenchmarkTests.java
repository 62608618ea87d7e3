package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkTests {
    @TempDir Path folder;

    @Test
    void hellaSwagAsPublishedIsPutTogetherAndCleaned() {
        String row =
                """
                {"ind": 4, "activity_label": "Knots", "ctx_a": "[header] How to tie [title] Take a rope.", "ctx_b": "then YOU",
                 "ctx": "", "endings": [" go  on [substeps]", "b", "c", "d"], "label": "2"}""";

        MultipleChoice.Item item = HellaSwag.item(new BenchmarkRow(Binder.JSON.readTree(row)));

        assertThat(item.context()).isEqualTo("Knots: How to tie. Take a rope. Then you");
        assertThat(item.options().getFirst()).isEqualTo("go on ");
        assertThat(item.gold()).isEqualTo(2);
    }

    @Test
    void piqaAsksForAWayToAGoal() {
        String row =
                """
                {"goal": "Dry a shoe", "sol1": "Paper.", "sol2": "Water.", "label": 0}""";

        MultipleChoice.Item item = Piqa.item(new BenchmarkRow(Binder.JSON.readTree(row)));

        assertThat(item.solved()).isEqualTo("Question: Dry a shoe\nAnswer: Paper.");
        assertThat(item.options()).containsExactly("Paper.", "Water.");
    }

    @Test
    void aNumberIsFoundAfterItsMarksOrAsTheLastOne() {
        List<Filter> filters = Gsm8kAnswers.mechanism(256).filters();
        Filter strict = filters.getFirst();
        Filter flexible = filters.getLast();
        String answer = "So it is <<70+2=72>>72.\n#### 1,072";

        assertThat(strict.passes("It is\n#### 1072.\n\n#### 5", false, answer)).isTrue();
        assertThat(strict.passes("It is 1072", false, answer)).isFalse();
        assertThat(strict.passes("#### $1072", false, answer)).isFalse();
        assertThat(flexible.passes("7 apples cost $1,072.", false, answer)).isTrue();
        assertThat(flexible.passes("1072, or 5", false, answer)).isFalse();
        assertThat(flexible.passes("none", false, answer)).isFalse();
    }

    @Test
    void chainsOfThoughtComeAfterEightProblemsToldInWords() {
        KnownTask task = BuiltInTasks.named("gsm8k_cot").orElseThrow();

        List<? extends Record> items = task.items(new BenchmarkFolder(folder), Protocol.harness(0));

        assertThat(items).hasSize(1319);
        GenerateAndMatch.Item first = (GenerateAndMatch.Item) items.getFirst();
        assertThat(first.answer()).isEqualTo("18");
        assertThat(first.asked().split("Q: ")).hasSize(10);
        assertThat(first.asked())
                .startsWith("Q: There are 15 trees in the grove.")
                .contains("The answer is 6.\n\nQ: If there are 3 cars")
                .contains("The answer is 8.\n\nQ: Janet\u2019s ducks")
                .endsWith("\nA:");
        Filter strict = ((GenerateAndMatch) task.task().mechanism()).filters().getFirst();
        assertThat(strict.passes("So 9 * 2 = 18. The answer is $18.", true, "18")).isFalse();
        assertThat(strict.passes("So 9 * 2 = 18. The answer is 18.\n\n", true, "18")).isTrue();
    }

    @Test
    void thePapersHumanEvalAsksAllProblemsWithoutSpaceAroundThem() {
        BenchmarkFolder data = new BenchmarkFolder(Path.of("src/test/resources/benchmarks"));
        KnownTask paper = BuiltInTasks.named("humaneval_paper").orElseThrow();
        KnownTask harness = BuiltInTasks.named("humaneval").orElseThrow();

        assertThat(paper.items(data, Protocol.harness(0)))
                .hasSize(164)
                .allSatisfy(
                        item -> {
                            String prompt = ((GenerateAndRun.Item) item).prompt();
                            assertThat(prompt).isEqualTo(prompt.strip());
                        });
        assertThat(harness.items(data, Protocol.harness(0)))
                .extracting(item -> ((GenerateAndRun.Item) item).prompt())
                .allMatch(prompt -> prompt.endsWith("\n"));
    }

    @Test
    void aLineThatIsNoDocumentIsNamed() throws IOException {
        Files.writeString(
                folder.resolve("winogrande_xl_dev.jsonl"),
                """
                {"sentence": "A _ b", "option1": "x", "option2": "y", "answer": "1"}
                {"sentence": "no blank", "option1": "x", "option2": "y", "answer": "1"}
                """);
        Benchmark task = (Benchmark) BuiltInTasks.named("winogrande").orElseThrow();

        assertThatThrownBy(() -> task.items(new BenchmarkFolder(folder), Protocol.harness(0)))
                .isInstanceOf(InvalidData.class)
                .hasMessage(
                        "Line 2 of winogrande_xl_dev.jsonl is no document: its 'sentence' has no blank '_'");
    }

    @Test
    void aFileHasOneSumPackedOrNot() throws IOException {
        BenchmarkFolder packed = new BenchmarkFolder(Path.of("src/test/resources/benchmarks"));

        assertThat(packed.find("arc_challenge_test.jsonl").orElseThrow().sha256())
                .isEqualTo("a03a11a8fee86f6d0607f426e7b3b7a9180a4894170e934da75596e93c4b51f1");
        assertThat(packed.find("gsm8k_test.jsonl").orElseThrow().sha256())
                .isEqualTo("3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14");
        assertThat(packed.find("piqa_val.jsonl")).isEmpty();
    }
}
