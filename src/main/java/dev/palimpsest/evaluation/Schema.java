package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import java.util.List;

/** After which of several contexts a model finds one and the same continuation likeliest. */
public record Schema(Convention convention) implements Mechanism {
    /**
     * Contexts, what follows each of them, and the index of the right one.
     *
     * @param exemplars solved items that stand before each context
     */
    public record Item(
            @Default("\"\"") String exemplars, List<String> contexts, String continuation, int gold)
            implements Question {
        Item(List<String> contexts, String continuation, int gold) {
            this("", contexts, continuation, gold);
        }

        public Item {
            contexts = List.copyOf(contexts);
            Faults faults = new Faults();
            faults.require(contexts.size() >= 2, "/contexts", "must be at least two");
            faults.require(!continuation.isEmpty(), "/continuation", "must not be empty");
            faults.between(gold, 0, contexts.size() - 1, "/gold").raise();
        }

        @Override
        public String solved() {
            return contexts.get(gold) + " " + continuation;
        }

        @Override
        public Item after(String exemplars) {
            return new Item(exemplars, contexts, continuation, gold);
        }

        private Choosing.Asked asked() {
            return new Choosing.Asked(
                    continuation,
                    contexts.stream()
                            .map(exemplars::concat)
                            .map(context -> new Choosing.Way(context, context, continuation))
                            .toList(),
                    gold);
        }
    }

    private static List<Choosing.Asked> items(ItemFile items) {
        return items.read(Item.class).stream().map(Item::asked).toList();
    }

    private Choosing choosing() {
        return new Choosing(List.of(rule()), convention);
    }

    /** One continuation has one length, so there is nothing to choose between. */
    private Rule rule() {
        return convention == Convention.GAUNTLET ? Rule.PER_TOKEN : Rule.SUM;
    }

    @Override
    public Primary primary() {
        return new Primary(rule().metric(), ScoreKind.ACCURACY);
    }

    @Override
    public Mechanism under(Convention other) {
        return new Schema(other);
    }

    @Override
    public List<List<Asking>> asked(ItemFile items, Tokenizer tokenizer) {
        return choosing().asked(items(items), tokenizer);
    }

    @Override
    public TaskResult score(String task, ItemFile items, LanguageModel model, Tokenizer tokenizer) {
        return choosing().score(task, items(items), model, tokenizer);
    }
}
