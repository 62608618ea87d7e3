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

    /** Among how many of the most similar endings the distractors are drawn. */
    private static final int NEIGHBOURS = 8;

    /** How many endings on each side in the order of length are looked at. */
    private static final int SHORTLIST = 150;

    /** A difference of one character weighs as much as one of three bits. */
    private static final double BITS_PER_CHARACTER = 3;

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
     * eight most like it in length and in how common their words and pairs of words are in the
     * definitions to train on: neither length nor commonness tells the right one, only what came
     * before. The order of the options is drawn too; all draws come from fixed seeds.
     */
    static List<MultipleChoice.Item> choice() {
        List<Definition> longEnough =
                WordNet.definitions(Part.CHOICE).stream()
                        .filter(definition -> words(definition).size() >= LEAST_WORDS)
                        .toList();
        WordPairs pairs =
                WordPairs.count(
                        longEnough.stream().map(DefinitionItems::ending).toList(),
                        WordNet.definitions(Part.TRAIN));
        List<Ending> endings =
                longEnough.stream()
                        .map(DefinitionItems::ending)
                        .distinct()
                        .map(words -> new Ending(String.join(" ", words), pairs.bits(words)))
                        .sorted(Comparator.comparingInt(ending -> ending.text().length()))
                        .toList();
        return IntStream.range(0, CHOICE_ITEMS)
                .mapToObj(index -> item(longEnough.get(index), endings, pairs, index))
                .toList();
    }

    private record Ending(String text, double bits) {
        double distance(Ending other) {
            return BITS_PER_CHARACTER * Math.abs(text.length() - other.text.length())
                    + Math.abs(bits - other.bits);
        }
    }

    private static MultipleChoice.Item item(
            Definition definition, List<Ending> endings, WordPairs pairs, int index) {
        List<String> words = ending(definition);
        Ending right = new Ending(String.join(" ", words), pairs.bits(words));
        int place = endings.indexOf(right);
        List<String> alike =
                endings
                        .subList(
                                Math.max(0, place - SHORTLIST),
                                Math.min(endings.size(), place + SHORTLIST))
                        .stream()
                        .filter(ending -> !ending.equals(right))
                        .sorted(Comparator.comparingDouble(right::distance))
                        .limit(NEIGHBOURS)
                        .map(Ending::text)
                        .toList();
        List<String> all = new ArrayList<>(List.of(right.text()));
        Arrays.stream(Shuffle.order(alike.size(), index))
                .limit(DISTRACTORS)
                .mapToObj(alike::get)
                .forEach(all::add);
        List<String> options =
                Arrays.stream(Shuffle.order(all.size(), CHOICE_ITEMS + index))
                        .mapToObj(all::get)
                        .toList();
        return new MultipleChoice.Item(context(definition), options, options.indexOf(right.text()));
    }

    private static String context(Definition definition) {
        List<String> words = words(definition);
        return definition.head() + " " + String.join(" ", words.subList(0, words.size() / 2));
    }

    private static List<String> ending(Definition definition) {
        List<String> words = words(definition);
        return words.subList(words.size() / 2, words.size());
    }

    /** The gloss up to its first example. */
    private static List<String> words(Definition definition) {
        String gloss = definition.gloss();
        int example = gloss.indexOf("; \"");
        return WordPairs.words(example < 0 ? gloss : gloss.substring(0, example));
    }
}
