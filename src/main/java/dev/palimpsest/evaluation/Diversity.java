package dev.palimpsest.evaluation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How far the samples of one problem differ.
 *
 * @param distinct how many different texts there are (the paper's figure 5)
 * @param distinctPassed how many among those that passed
 * @param distinctFailed how many among those that did not
 * @param distinctGrams the share of different ones among all runs of four words
 * @param editDistance the mean over pairs of texts of the words to be changed, taken out or put in
 *     to make one of the other, as a share of the longer one's words
 */
public record Diversity(
        int distinct,
        int distinctPassed,
        int distinctFailed,
        double distinctGrams,
        double editDistance) {
    private static final int GRAM = 4;
    private static final Pattern WORD = Pattern.compile("\\w+|[^\\w\\s]");

    static Diversity of(List<ItemResult.Generated> samples) {
        List<List<String>> words = samples.stream().map(sample -> words(sample.text())).toList();
        return new Diversity(
                distinct(samples, _ -> true),
                distinct(samples, ItemResult.Generated::passed),
                distinct(samples, sample -> !sample.passed()),
                distinctGrams(words),
                editDistance(words));
    }

    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("distinct", (double) distinct);
        metrics.put("distinct_passed", (double) distinctPassed);
        metrics.put("distinct_failed", (double) distinctFailed);
        metrics.put("distinct_%d_grams".formatted(GRAM), distinctGrams);
        metrics.put("edit_distance", editDistance);
        return metrics;
    }

    private static int distinct(
            List<ItemResult.Generated> samples, Predicate<ItemResult.Generated> counts) {
        return (int)
                samples.stream().filter(counts).map(ItemResult.Generated::text).distinct().count();
    }

    /** Names and numbers are words, every other sign is one of its own; white space is none. */
    private static List<String> words(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).toList();
    }

    private static double distinctGrams(List<List<String>> texts) {
        Set<List<String>> distinct = new HashSet<>();
        int all = 0;
        for (List<String> text : texts)
            for (int i = 0; i + GRAM <= text.size(); i++, all++)
                distinct.add(text.subList(i, i + GRAM));
        return all == 0 ? 0 : (double) distinct.size() / all;
    }

    private static double editDistance(List<List<String>> texts) {
        Map<List<String>, Integer> counts = new LinkedHashMap<>(); // most samples are alike
        for (List<String> text : texts) counts.merge(text, 1, Integer::sum);
        List<Map.Entry<List<String>, Integer>> different = new ArrayList<>(counts.entrySet());
        double sum = 0;
        for (int i = 0; i < different.size(); i++)
            for (int j = 0; j < i; j++)
                sum +=
                        distance(different.get(i).getKey(), different.get(j).getKey())
                                * different.get(i).getValue()
                                * different.get(j).getValue();
        return sum / (texts.size() * (texts.size() - 1) / 2.0);
    }

    /** The Levenshtein distance over the longer one's length. */
    private static double distance(List<String> one, List<String> other) {
        int[] row = new int[other.size() + 1];
        for (int j = 0; j < row.length; j++) row[j] = j;
        for (int i = 1; i <= one.size(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (one.get(i - 1).equals(other.get(j - 1)) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return (double) row[other.size()] / Math.max(one.size(), other.size());
    }
}
