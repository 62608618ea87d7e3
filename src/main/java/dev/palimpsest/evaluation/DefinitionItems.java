package dev.palimpsest.evaluation;

import dev.palimpsest.data.Shuffle;
import dev.palimpsest.data.WordNet;
import dev.palimpsest.data.WordNet.Definition;
import dev.palimpsest.data.WordNet.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The items of the source domain's tasks, made of glosses that are never trained on. */
final class DefinitionItems {
    private static final int PERPLEXITY_ITEMS = 500;
    private static final int CHOICE_ITEMS = 1000;
    private static final int LEAST_WORDS = 6;
    private static final int DISTRACTORS = 3;

    /** Among how many endings of the most similar length the distractors are drawn. */
    private static final int NEIGHBOURS = 24;

    private DefinitionItems() {}

    /** Whole definitions, each as the beginning of a document. */
    static List<Perplexity.Item> perplexity() {
        return WordNet.definitions(Part.PERPLEXITY).stream()
                .limit(PERPLEXITY_ITEMS)
                .map(definition -> new Perplexity.Item("", definition.text()))
                .toList();
    }

    /**
     * A gloss of at least six words, without its examples, is cut after half of its words. The
     * context is the head and the first half: {@code felt (noun): a fabric made}. The options are
     * the second half and the second halves of three other such glosses, drawn at random from the
     * 24 nearest in length, so that length tells nothing; their order is drawn too. All draws come
     * from fixed seeds.
     */
    static List<MultipleChoice.Item> choice() {
        List<Half> halves =
                WordNet.definitions(Part.CHOICE).stream()
                        .filter(definition -> words(definition).length >= LEAST_WORDS)
                        .map(Half::of)
                        .toList();
        List<String> byLength =
                halves.stream()
                        .map(Half::ending)
                        .distinct()
                        .sorted(Comparator.comparingInt(String::length))
                        .toList();
        return IntStream.range(0, CHOICE_ITEMS)
                .mapToObj(index -> item(halves.get(index), byLength, index))
                .toList();
    }

    private static MultipleChoice.Item item(Half right, List<String> byLength, int index) {
        int place = byLength.indexOf(right.ending());
        List<String> nearest =
                byLength
                        .subList(
                                Math.max(0, place - NEIGHBOURS),
                                Math.min(byLength.size(), place + NEIGHBOURS + 1))
                        .stream()
                        .filter(ending -> !ending.equals(right.ending()))
                        .sorted(Comparator.comparingInt(ending -> distance(ending, right.ending())))
                        .limit(NEIGHBOURS)
                        .toList();
        List<String> all = new ArrayList<>(List.of(right.ending()));
        Arrays.stream(Shuffle.order(nearest.size(), index))
                .limit(DISTRACTORS)
                .mapToObj(nearest::get)
                .forEach(all::add);
        List<String> options =
                Arrays.stream(Shuffle.order(all.size(), CHOICE_ITEMS + index))
                        .mapToObj(all::get)
                        .toList();
        return new MultipleChoice.Item(right.context(), options, options.indexOf(right.ending()));
    }

    private static int distance(String ending, String other) {
        return Math.abs(ending.length() - other.length());
    }

    private static String[] words(Definition definition) {
        String[] parts = definition.gloss().split("; \"", 2);
        return parts[0].split(" ");
    }

    private record Half(String context, String ending) {
        static Half of(Definition definition) {
            String[] words = words(definition);
            List<String> all = List.of(words);
            int cut = words.length / 2;
            return new Half(
                    definition.head() + " " + String.join(" ", all.subList(0, cut)),
                    String.join(" ", all.subList(cut, all.size())));
        }
    }
}
