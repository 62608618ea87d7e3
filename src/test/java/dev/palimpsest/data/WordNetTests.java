package dev.palimpsest.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.data.WordNet.Definition;
import dev.palimpsest.data.WordNet.Part;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WordNetTests {
    @Test
    void aDefinitionIsOneLineOfWordsKindGlossAndExamples() {
        assertThat(WordNet.definitions(Part.VALIDATION))
                .extracting(Definition::text)
                .contains(
                        "packed (adjective): pressed together or compressed; \"packed snow\"",
                        "announce, annunciate, harbinger, foretell, herald (verb): foreshadow or"
                                + " presage");
        assertThat(WordNet.definitions(Part.TRAIN))
                .extracting(Definition::head)
                .contains("galore (adjective):", "physical entity (noun):");
    }

    @Test
    void noGlossThatIsHeldOutIsTrainedOn() {
        Set<String> trained = glosses(Part.TRAIN);

        for (Part part : List.of(Part.VALIDATION, Part.PERPLEXITY, Part.CHOICE))
            assertThat(glosses(part)).hasSizeGreaterThan(1000).doesNotContainAnyElementsOf(trained);
    }

    @Test
    void everySynsetIsInExactlyOnePart() {
        int total = Arrays.stream(Part.values()).mapToInt(p -> WordNet.definitions(p).size()).sum();

        assertThat(total).isEqualTo(117_791);
        assertThat(WordNet.definitions(Part.TRAIN)).hasSize(112_988);
        assertThat(new HashSet<>(WordNet.definitions(Part.VALIDATION)))
                .hasSameSizeAs(WordNet.definitions(Part.VALIDATION));
    }

    private static Set<String> glosses(Part part) {
        return WordNet.definitions(part).stream()
                .map(Definition::gloss)
                .collect(Collectors.toSet());
    }
}
