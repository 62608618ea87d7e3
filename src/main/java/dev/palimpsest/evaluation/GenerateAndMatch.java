package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.spec.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a model writes after a prompt, always its likeliest token, must be the answer and then the
 * stop.
 *
 * @param stop the text that ends an answer; an answer without it does not pass
 * @param mostTokens where an answer without a stop is cut
 */
public record GenerateAndMatch(String stop, int mostTokens) implements Mechanism {
    /** A prompt and the one text that answers it. */
    public record Item(String prompt, String answer) {
        public Item {
            new Faults()
                    .require(!prompt.isEmpty(), "/prompt", "must not be empty")
                    .require(!answer.isEmpty(), "/answer", "must not be empty")
                    .raise();
        }
    }

    @Override
    public Primary primary() {
        return new Primary("exact_match", ScoreKind.ACCURACY);
    }

    @Override
    public TaskResult score(String task, ItemFile items, LanguageModel model, Tokenizer tokenizer) {
        List<Item> questions = items.read(Item.class);
        List<List<Integer>> prompts =
                questions.stream()
                        .map(item -> Continuation.boxed(tokenizer.encode(item.prompt())))
                        .toList();
        List<List<Integer>> written =
                model.generate(
                        prompts, mostTokens, tokens -> tokenizer.decode(tokens).contains(stop));

        double[] passed = new double[questions.size()];
        List<ItemResult> results = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            String text = tokenizer.decode(written.get(i));
            int end = text.indexOf(stop);
            boolean right =
                    end >= 0 && text.substring(0, end).strip().equals(questions.get(i).answer());
            passed[i] = right ? 1 : 0;
            results.add(
                    new ItemResult(
                            i,
                            questions.get(i).prompt(),
                            List.of(),
                            null,
                            null,
                            right,
                            List.of(new ItemResult.Generated(text, right))));
        }
        return new TaskResult(task, Map.of(primary().metric(), Measure.mean(passed)), results);
    }
}
