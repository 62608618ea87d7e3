package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.model.LanguageModel.Likelihood;
import dev.palimpsest.model.LanguageModel.Request;
import dev.palimpsest.spec.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Which option a model finds likeliest after the context, with one space between: {@code acc} by
 * the sum of log-likelihoods, {@code acc_norm} by the sum for each character of the option.
 */
public record MultipleChoice(Rule primaryRule) implements Mechanism {
    /** Which of the two stands for the task. */
    public enum Rule {
        SUM("acc"),
        PER_CHARACTER("acc_norm");

        private final String metric;

        Rule(String metric) {
            this.metric = metric;
        }
    }

    /** A context, what may follow it, and the index of what really does. */
    public record Item(String context, List<String> options, int gold) {
        public Item {
            options = List.copyOf(options);
            Faults faults = new Faults();
            faults.require(options.size() >= 2, "/options", "must be at least two");
            for (int i = 0; i < options.size(); i++)
                faults.require(!options.get(i).isEmpty(), "/options/" + i, "must not be empty");
            faults.between(gold, 0, options.size() - 1, "/gold").raise();
        }
    }

    @Override
    public Primary primary() {
        return new Primary(primaryRule.metric, ScoreKind.ACCURACY);
    }

    @Override
    public TaskResult score(String task, ItemFile items, LanguageModel model, Tokenizer tokenizer) {
        List<Item> questions = items.read(Item.class);
        List<Request> requests =
                questions.stream()
                        .flatMap(item -> item.options().stream().map(option -> of(item, option)))
                        .map(continuation -> continuation.request(tokenizer))
                        .toList();
        List<Likelihood> answers = model.logLikelihoods(requests);

        double[] bySum = new double[questions.size()];
        double[] perCharacter = new double[questions.size()];
        List<ItemResult> results = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < questions.size(); i++) {
            Item item = questions.get(i);
            List<ItemResult.Option> options = new ArrayList<>();
            for (String option : item.options()) {
                options.add(
                        new ItemResult.Option(
                                option,
                                answers.get(next).sum(),
                                requests.get(next).continuation().size(),
                                option.codePointCount(0, option.length())));
                next++;
            }
            int likeliest = best(options, Rule.SUM);
            int likeliestForItsLength = best(options, Rule.PER_CHARACTER);
            bySum[i] = likeliest == item.gold() ? 1 : 0;
            perCharacter[i] = likeliestForItsLength == item.gold() ? 1 : 0;
            int choice = primaryRule == Rule.SUM ? likeliest : likeliestForItsLength;
            results.add(
                    new ItemResult(
                            i,
                            item.context(),
                            options,
                            choice,
                            item.gold(),
                            choice == item.gold(),
                            List.of()));
        }
        return new TaskResult(
                task,
                Map.of(
                        Rule.SUM.metric, Measure.mean(bySum),
                        Rule.PER_CHARACTER.metric, Measure.mean(perCharacter)),
                results);
    }

    private static Continuation of(Item item, String option) {
        return Continuation.of(item.context(), " " + option);
    }

    /** The first of equals. */
    private static int best(List<ItemResult.Option> options, Rule rule) {
        ToDoubleFunction<ItemResult.Option> value =
                switch (rule) {
                    case SUM -> ItemResult.Option::logLikelihood;
                    case PER_CHARACTER -> option -> option.logLikelihood() / option.characters();
                };
        int best = 0;
        for (int i = 1; i < options.size(); i++)
            if (value.applyAsDouble(options.get(i)) > value.applyAsDouble(options.get(best)))
                best = i;
        return best;
    }
}
