package dev.palimpsest.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.data.WordNet.Definition;
import dev.palimpsest.data.WordNet.Part;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WordNetTests {
    private static final Map<Part, List<Definition>> PARTS =
            Arrays.stream(Part.values())
                    .collect(Collectors.toMap(part -> part, WordNet::definitions));

    @Test
    void aDefinitionIsOneLineOfWordsKindGlossAndExamples() {
        assertThat(PARTS.get(Part.VALIDATION))
                .extracting(Definition::text)
                .contains(
                        "packed (adjective): pressed together or compressed; \"packed snow\"",
                        "announce, annunciate, harbinger, foretell, herald (verb): foreshadow or"
                                + " presage");
        assertThat(PARTS.get(Part.TRAIN))
                .extracting(Definition::head)
                .contains("galore (adjective):", "physical entity (noun):");
    }

    @Test
    void noGlossThatIsHeldOutIsTrainedOn() {
        Set<String> trained = glosses(Part.TRAIN);

        for (Part part : List.of(Part.VALIDATION, Part.PERPLEXITY, Part.CHOICE))
            assertThat(glosses(part))
                    .hasSizeGreaterThan(1000)
                    .allMatch(gloss -> !trained.contains(gloss));
    }

    @Test
    void everySynsetIsInExactlyOnePart() {
        assertThat(PARTS.values().stream().mapToInt(List::size).sum()).isEqualTo(117_791);
        assertThat(PARTS.get(Part.TRAIN)).hasSize(112_988);
    }

    private static Set<String> glosses(Part part) {
        return PARTS.get(part).stream().map(Definition::gloss).collect(Collectors.toSet());
    }
}
