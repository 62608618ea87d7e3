package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.data.WordNet;
import dev.palimpsest.data.WordNet.Definition;
import dev.palimpsest.data.WordNet.Part;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BuiltInTasksTests {
    @Test
    void everyChoiceHasFourEndingsAndTheRightOneMakesAHeldOutDefinition() {
        Set<String> heldOut =
                WordNet.definitions(Part.CHOICE).stream()
                        .map(Definition::text)
                        .map(text -> text.split("; \"", 2)[0])
                        .collect(Collectors.toSet());

        List<MultipleChoice.Item> items = DefinitionItems.choice();

        assertThat(items).hasSize(1000).isEqualTo(DefinitionItems.choice());
        assertThat(items)
                .allSatisfy(
                        item -> {
                            assertThat(item.options()).hasSize(4).doesNotHaveDuplicates();
                            assertThat(heldOut)
                                    .contains(
                                            item.context() + " " + item.options().get(item.gold()));
                        });
    }

    @Test
    void neitherLengthNorPlaceTellsTheRightEnding() {
        List<MultipleChoice.Item> items = DefinitionItems.choice();

        for (int place = 0; place < 4; place++) {
            int fixed = place;
            assertThat(items.stream().filter(item -> item.gold() == fixed).count())
                    .isBetween(200L, 300L);
        }
        assertThat(items.stream().mapToInt(BuiltInTasksTests::lengthsApart).average().orElseThrow())
                .isLessThan(1.5);
    }

    @Test
    void anArithmeticPromptEndsWhereTheResultMustBeWritten() {
        List<GenerateAndMatch.Item> items = Gsm8kItems.arithmetic();

        assertThat(items).hasSize(500);
        assertThat(items.get(1).prompt())
                .startsWith("Question: A robe takes 2 bolts of blue fiber")
                .endsWith("\nAnswer: It takes 2/2=<<2/2=");
        assertThat(items.get(1).answer()).isEqualTo("1");
        assertThat(items)
                .allSatisfy(
                        item -> {
                            assertThat(item.prompt()).matches("(?s).*<<[^<>=]+=");
                            assertThat(item.answer()).matches("[0-9.]+");
                        });
    }

    @Test
    void aPerplexityTaskForeseesTheAnswerAndNotTheQuestion() {
        Perplexity.Item item = Gsm8kItems.perplexity().get(1);

        assertThat(Gsm8kItems.perplexity()).hasSize(500);
        assertThat(item.context()).startsWith("Question: ").endsWith("\nAnswer:");
        assertThat(item.text()).startsWith(" It takes 2/2=<<2/2=1>>1 bolt").endsWith("\n#### 3");
        assertThat(DefinitionItems.perplexity()).hasSize(500);
    }

    /** The mean difference in characters between the right ending and the others, rounded up. */
    private static int lengthsApart(MultipleChoice.Item item) {
        int right = item.options().get(item.gold()).length();
        int apart = item.options().stream().mapToInt(o -> Math.abs(o.length() - right)).sum();
        return Math.ceilDiv(apart, item.options().size() - 1);
    }
}
