package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A small real language model: how often a token followed another, each count raised by one. */
final class BigramModel implements LanguageModel {
    private final Map<Integer, Map<Integer, Integer>> followers = new HashMap<>();
    private final Tokenizer tokenizer;

    BigramModel(Tokenizer tokenizer, String... texts) {
        this.tokenizer = tokenizer;
        for (String text : texts) {
            int before = tokenizer.endOfText();
            for (int id : tokenizer.encode(text)) {
                followers.computeIfAbsent(before, _ -> new HashMap<>()).merge(id, 1, Integer::sum);
                before = id;
            }
        }
    }

    double probability(int before, int id) {
        Map<Integer, Integer> seen = followers.getOrDefault(before, Map.of());
        double total = seen.values().stream().mapToInt(Integer::intValue).sum();
        return (seen.getOrDefault(id, 0) + 1) / (total + tokenizer.vocabularySize());
    }

    @Override
    public List<Likelihood> logLikelihoods(List<Request> requests) {
        List<Likelihood> answers = new ArrayList<>();
        for (Request request : requests) {
            int before = request.context().getLast();
            double sum = 0;
            boolean greedy = true;
            for (int id : request.continuation()) {
                sum += Math.log(probability(before, id));
                greedy &= likeliest(before) == id;
                before = id;
            }
            answers.add(new Likelihood(sum, greedy));
        }
        return answers;
    }

    /** Always the likeliest token, whatever the sampling. */
    @Override
    public List<List<List<Integer>>> generate(
            List<Prompt> prompts, Sampling sampling, Predicate<List<Integer>> finished) {
        return prompts.stream()
                .map(
                        prompt ->
                                Collections.nCopies(
                                        prompt.samples(),
                                        written(
                                                prompt.tokens().getLast(),
                                                sampling.most(),
                                                finished)))
                .toList();
    }

    private List<Integer> written(int before, int most, Predicate<List<Integer>> finished) {
        List<Integer> written = new ArrayList<>();
        for (int next = likeliest(before); next != tokenizer.endOfText(); next = likeliest(next)) {
            written.add(next);
            if (written.size() == most || finished.test(written)) break;
        }
        return written;
    }

    private int likeliest(int before) {
        return followers.getOrDefault(before, Map.of()).entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(tokenizer.endOfText());
    }
}
