package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.model.LanguageModel.Likelihood;
import dev.palimpsest.model.LanguageModel.Request;
import dev.palimpsest.spec.Convention;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks a model for the log-likelihoods of all ways to go on and judges its choices.
 *
 * @param rules the first of which stands for the task
 */
record Choosing(List<Rule> rules, Convention convention) {
    /** A context, a text that follows it after a space, and what to call the two in results. */
    record Way(String shown, String context, String text) {}

    /** What is told of an item, the ways to go on, and which of them is right. */
    record Asked(String document, List<Way> ways, int gold) {}

    List<List<Mechanism.Asking>> asked(List<Asked> items, Tokenizer tokenizer) {
        return items.stream()
                .map(
                        item ->
                                item.ways().stream()
                                        .map(
                                                way ->
                                                        Continuation.request(
                                                                way, convention, tokenizer))
                                        .map(Mechanism.Asking::of)
                                        .toList())
                .toList();
    }

    TaskResult score(String task, List<Asked> items, LanguageModel model, Tokenizer tokenizer) {
        List<Request> requests =
                items.stream()
                        .flatMap(item -> item.ways().stream())
                        .map(way -> Continuation.request(way, convention, tokenizer))
                        .toList();
        List<Likelihood> answers = model.logLikelihoods(requests);

        List<ItemResult> results = new ArrayList<>();
        int from = 0;
        for (Asked item : items) {
            int to = from + item.ways().size();
            results.add(
                    result(
                            results.size(),
                            item,
                            options(item, requests.subList(from, to), answers.subList(from, to))));
            from = to;
        }
        Map<String, Measure> metrics = new HashMap<>();
        for (Rule rule : rules) metrics.put(rule.metric(), share(rule, items, results));
        return new TaskResult(task, metrics, results);
    }

    /** Of how many items a rule finds the right way. */
    private static Measure share(Rule rule, List<Asked> items, List<ItemResult> results) {
        double[] right = new double[items.size()];
        for (int i = 0; i < right.length; i++) {
            Asked item = items.get(i);
            right[i] = best(item, results.get(i).options(), rule) == item.gold() ? 1 : 0;
        }
        return Measure.mean(right);
    }

    private static List<ItemResult.Option> options(
            Asked item, List<Request> requests, List<Likelihood> answers) {
        List<ItemResult.Option> options = new ArrayList<>();
        for (int way = 0; way < requests.size(); way++) {
            String text = item.ways().get(way).text();
            options.add(
                    new ItemResult.Option(
                            item.ways().get(way).shown(),
                            answers.get(way).sum(),
                            requests.get(way).continuation().size(),
                            text.codePointCount(0, text.length())));
        }
        return options;
    }

    private ItemResult result(int index, Asked item, List<ItemResult.Option> options) {
        int choice = best(item, options, rules.getFirst());
        return new ItemResult(
                index,
                item.document(),
                options,
                choice,
                item.gold(),
                choice == item.gold(),
                List.of());
    }

    /** The first of equals. */
    private static int best(Asked item, List<ItemResult.Option> options, Rule rule) {
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < options.size(); i++) {
            ItemResult.Option option = options.get(i);
            double value =
                    option.logLikelihood() / rule.parts(item.ways().get(i).text(), option.tokens());
            if (value > most) {
                most = value;
                best = i;
            }
        }
        return best;
    }
}
