package dev.palimpsest.evaluation;

import dev.palimpsest.data.WordNet.Definition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How common words and pairs of words are: a bigram model, with counts only of what will be asked.
 */
final class WordPairs {
    /** How many sightings of its first word the plain commonness of the second is worth. */
    private static final double PRIOR = 8;

    private final Map<String, Integer> counts = new HashMap<>();
    private long total;

    private WordPairs() {}

    static WordPairs count(List<List<String>> asked, List<Definition> definitions) {
        WordPairs pairs = new WordPairs();
        for (List<String> words : asked)
            for (int i = 0; i < words.size(); i++) {
                pairs.counts.put(words.get(i), 0);
                if (i > 0) pairs.counts.put(pair(words, i), 0);
            }
        for (Definition definition : definitions) {
            List<String> words = words(definition.text());
            pairs.total += words.size();
            for (int i = 0; i < words.size(); i++) {
                pairs.counts.computeIfPresent(words.get(i), (_, count) -> count + 1);
                if (i > 0) pairs.counts.computeIfPresent(pair(words, i), (_, count) -> count + 1);
            }
        }
        return pairs;
    }

    static List<String> words(String text) {
        return List.of(text.split(" ", -1));
    }

    /** How surprising a run of words is by itself. */
    double bits(List<String> words) {
        double bits = -log2(share(words.getFirst()));
        for (int i = 1; i < words.size(); i++) {
            double seen = counts.getOrDefault(pair(words, i), 0) + PRIOR * share(words.get(i));
            bits -= log2(seen / (counts.getOrDefault(words.get(i - 1), 0) + PRIOR));
        }
        return bits;
    }

    private double share(String word) {
        return (counts.getOrDefault(word, 0) + 0.5) / total;
    }

    private static String pair(List<String> words, int second) {
        return words.get(second - 1) + " " + words.get(second);
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }
}
