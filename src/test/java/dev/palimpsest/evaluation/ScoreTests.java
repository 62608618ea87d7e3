package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoreTests {
    private static final Task CHOICE = task("choice", new MultipleChoice(Rule.SUM));
    private static final Task QUIZ =
            task("quiz", new GenerateAndMatch(List.of("\n"), 5, List.of(new Filter.Whole())));
    private static final Task TEXT = task("text", new Perplexity());
    private static final Task ANSWERS = task("answers", new Perplexity());

    @Test
    void accuraciesAreAveragedAndBitsPerByteKeptBeside() {
        Map<String, Measure> primary =
                measures(Map.of("choice", 0.75, "quiz", 0.25, "text", 1.5, "answers", 1.0));

        Score score = Score.of(List.of(QUIZ, CHOICE, ANSWERS), List.of(CHOICE, TEXT), primary);

        assertThat(score.metrics(score))
                .containsExactly(
                        entry("learning", 0.5),
                        entry("learning_bits_per_byte", 1.0),
                        entry("source_score", 0.75),
                        entry("source_bits_per_byte", 1.5),
                        entry("forgetting", 0.0));
        assertThat(score.learning().orElseThrow().kind()).isEqualTo(ScoreKind.ACCURACY);
    }

    @Test
    void aSideOfPerplexitiesAloneIsMinusItsBitsPerByte() {
        Score base = Score.of(List.of(QUIZ), List.of(TEXT, ANSWERS), scores(1.5, 1.0));

        Score trained = Score.of(List.of(QUIZ), List.of(TEXT, ANSWERS), scores(2.0, 1.1));

        assertThat(trained.source().orElseThrow().kind()).isEqualTo(ScoreKind.BITS_PER_BYTE);
        assertThat(trained.source().orElseThrow().score()).isCloseTo(-1.55, within(1e-12));
        assertThat(trained.forgetting(base).orElseThrow()).isCloseTo(0.3, within(1e-12));
    }

    @Test
    void aSideHasNoScoreUntilEachOfItsTasksHasOne() {
        Score score =
                Score.of(List.of(QUIZ), List.of(CHOICE, TEXT), measures(Map.of("choice", 0.6)));

        assertThat(score.metrics(score)).isEmpty();
        assertThat(score.forgetting(score)).isEmpty();
    }

    @Test
    void theErrorOfAMeanOfTasksIsThatOfIndependentOnes() {
        Map<String, Measure> primary =
                Map.of("choice", new Measure(0.75, 0.03), "quiz", new Measure(0.25, 0.04));

        Score score = Score.of(List.of(QUIZ, CHOICE), List.of(CHOICE), primary);

        assertThat(score.learning().orElseThrow().stderr()).hasValue(0.025);
        assertThat(score.source().orElseThrow().stderr()).hasValue(0.03);
    }

    private static Map<String, Measure> scores(double text, double answers) {
        return measures(Map.of("quiz", 0.2, "text", text, "answers", answers));
    }

    private static Map<String, Measure> measures(Map<String, Double> values) {
        Map<String, Measure> measures = new HashMap<>();
        values.forEach((task, value) -> measures.put(task, new Measure(value, null)));
        return measures;
    }

    private static Task task(String name, Mechanism mechanism) {
        return new Task(name, 1, name, "this test", "none", mechanism);
    }
}
