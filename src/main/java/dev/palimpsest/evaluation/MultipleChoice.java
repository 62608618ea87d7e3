package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which option a model finds likeliest after the context, with one space between.
 *
 * @param primaryRule by which of the rules the task is told; {@link Rule#PER_TOKEN} is the
 *     Gauntlet's only one, and the others are lm-evaluation-harness's
 */
public record MultipleChoice(Rule primaryRule) implements Mechanism {
    private static final List<Rule> HARNESS = List.of(Rule.SUM, Rule.PER_CHARACTER, Rule.PER_BYTE);

    /**
     * A context, what may follow it, and the index of what really does.
     *
     * @param exemplars solved items that stand before the context
     */
    public record Item(
            @Default("\"\"") String exemplars, String context, List<String> options, int gold)
            implements Question {
        Item(String context, List<String> options, int gold) {
            this("", context, options, gold);
        }

        public Item {
            options = List.copyOf(options);
            Faults faults = new Faults();
            faults.require(options.size() >= 2, "/options", "must be at least two");
            for (int i = 0; i < options.size(); i++)
                faults.require(!options.get(i).isEmpty(), "/options/" + i, "must not be empty");
            faults.between(gold, 0, options.size() - 1, "/gold").raise();
        }

        @Override
        public String solved() {
            return context + " " + options.get(gold);
        }

        @Override
        public Item after(String exemplars) {
            return new Item(exemplars, context, options, gold);
        }

        private Choosing.Asked asked() {
            String context = exemplars + this.context;
            return new Choosing.Asked(
                    context,
                    options.stream()
                            .map(option -> new Choosing.Way(option, context, option))
                            .toList(),
                    gold);
        }
    }

    @Override
    public Primary primary() {
        return new Primary(primaryRule.metric(), ScoreKind.ACCURACY);
    }

    @Override
    public Mechanism under(Convention convention) {
        return convention == Convention.GAUNTLET ? new MultipleChoice(Rule.PER_TOKEN) : this;
    }

    @Override
    public List<List<Asking>> asked(ItemFile items, Tokenizer tokenizer) {
        return choosing().asked(items(items), tokenizer);
    }

    @Override
    public TaskResult score(String task, ItemFile items, LanguageModel model, Tokenizer tokenizer) {
        return choosing().score(task, items(items), model, tokenizer);
    }

    private static List<Choosing.Asked> items(ItemFile items) {
        return items.read(Item.class).stream().map(Item::asked).toList();
    }

    private Choosing choosing() {
        if (primaryRule == Rule.PER_TOKEN)
            return new Choosing(List.of(primaryRule), Convention.GAUNTLET);
        List<Rule> rules =
                Stream.concat(Stream.of(primaryRule), HARNESS.stream()).distinct().toList();
        return new Choosing(rules, Convention.LM_EVAL);
    }
}
