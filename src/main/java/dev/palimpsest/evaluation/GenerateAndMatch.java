package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model writes after a prompt, always its likeliest token, must hold the answer.
 *
 * @param stops texts that end an answer, the earliest of which counts
 * @param mostTokens where an answer without a stop is cut
 * @param filters ways to find the answer, the first of which stands for the task
 */
public record GenerateAndMatch(List<String> stops, int mostTokens, List<Filter> filters)
        implements Mechanism {
    /**
     * A prompt and the one text that answers it.
     *
     * @param exemplars solved items that stand before the prompt
     */
    public record Item(@Default("\"\"") String exemplars, String prompt, String answer)
            implements Question {
        Item(String prompt, String answer) {
            this("", prompt, answer);
        }

        public Item {
            new Faults()
                    .require(!prompt.isEmpty(), "/prompt", "must not be empty")
                    .require(!answer.isEmpty(), "/answer", "must not be empty")
                    .raise();
        }

        @Override
        public String solved() {
            return prompt + " " + answer;
        }

        String asked() {
            return exemplars + prompt;
        }

        @Override
        public Item after(String exemplars) {
            return new Item(exemplars, prompt, answer);
        }
    }

    public GenerateAndMatch {
        stops = List.copyOf(stops);
        filters = List.copyOf(filters);
    }

    @Override
    public Primary primary() {
        return new Primary(filters.getFirst().metric(), ScoreKind.ACCURACY);
    }

    @Override
    public List<List<Asking>> asked(ItemFile items, Tokenizer tokenizer) {
        return items.read(Item.class).stream()
                .map(item -> List.of(Asking.of(item.asked(), tokenizer)))
                .toList();
    }

    @Override
    public TaskResult score(String task, ItemFile items, LanguageModel model, Tokenizer tokenizer) {
        List<Item> questions = items.read(Item.class);
        List<List<Integer>> prompts =
                questions.stream()
                        .map(item -> Continuation.boxed(tokenizer.encode(item.asked())))
                        .toList();
        List<List<Integer>> written =
                model.generate(prompts, mostTokens, tokens -> end(tokenizer.decode(tokens)) >= 0);

        List<String> texts = written.stream().map(tokenizer::decode).toList();

        List<ItemResult> results = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++)
            results.add(result(i, questions.get(i), texts.get(i)));
        Map<String, Measure> metrics = new HashMap<>();
        for (Filter filter : filters) metrics.put(filter.metric(), share(filter, questions, texts));
        return new TaskResult(task, metrics, results);
    }

    /** Of how many items a filter finds the answer. */
    private Measure share(Filter filter, List<Item> questions, List<String> texts) {
        double[] passed = new double[texts.size()];
        for (int i = 0; i < passed.length; i++)
            passed[i] = passes(filter, texts.get(i), questions.get(i).answer()) ? 1 : 0;
        return Measure.mean(passed);
    }

    private ItemResult result(int index, Item question, String text) {
        boolean right = passes(filters.getFirst(), text, question.answer());
        return new ItemResult(
                index,
                question.asked(),
                List.of(),
                null,
                null,
                right,
                List.of(new ItemResult.Generated(text, right, null)));
    }

    private boolean passes(Filter filter, String text, String answer) {
        int end = end(text);
        return filter.passes(end < 0 ? text : text.substring(0, end), end >= 0, answer);
    }

    /** Where the earliest stop begins, or -1. */
    private int end(String text) {
        return stops.stream().mapToInt(text::indexOf).filter(at -> at >= 0).min().orElse(-1);
    }
}
