package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.model.LanguageModel.Likelihood;
import dev.palimpsest.model.LanguageModel.Request;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How well a model foresees a text after its context: bits for each UTF-8 byte of all texts. */
public record Perplexity() implements Mechanism {
    /** A text to be foreseen; without a context it begins a document. */
    public record Item(@Default("\"\"") String context, String text) {
        public Item {
            new Faults().require(!text.isEmpty(), "/text", "must not be empty").raise();
        }
    }

    @Override
    public Primary primary() {
        return new Primary("bits_per_byte", ScoreKind.BITS_PER_BYTE);
    }

    @Override
    public List<List<Asking>> asked(ItemFile items, Tokenizer tokenizer) {
        return items.read(Item.class).stream()
                .map(item -> Continuation.of(item.context(), item.text()).request(tokenizer))
                .map(request -> List.of(Asking.of(request)))
                .toList();
    }

    @Override
    public TaskResult score(String task, ItemFile items, LanguageModel model, Tokenizer tokenizer) {
        List<Item> texts = items.read(Item.class);
        List<Continuation> continuations =
                texts.stream().map(item -> Continuation.of(item.context(), item.text())).toList();
        List<Request> requests =
                continuations.stream().map(asked -> asked.request(tokenizer)).toList();
        List<Likelihood> answers = model.logLikelihoods(requests);

        double[] bits = new double[texts.size()];
        double[] bytes = new double[texts.size()];
        List<ItemResult> results = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String text = continuations.get(i).text();
            bits[i] = -answers.get(i).sum() / Math.log(2);
            bytes[i] = text.getBytes(StandardCharsets.UTF_8).length;
            results.add(
                    result(
                            i,
                            texts.get(i),
                            new ItemResult.Option(
                                    text,
                                    answers.get(i).sum(),
                                    requests.get(i).continuation().size(),
                                    text.codePointCount(0, text.length()))));
        }
        return new TaskResult(
                task, Map.of(primary().metric(), Measure.ratio(bits, bytes)), results);
    }

    private static ItemResult result(int index, Item item, ItemResult.Option text) {
        return new ItemResult(index, item.context(), List.of(text), null, null, false, List.of());
    }
}
