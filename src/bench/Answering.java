import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Inference;
import dev.palimpsest.model.LanguageModel.Likelihood;
import dev.palimpsest.model.LanguageModel.Prompt;
import dev.palimpsest.model.LanguageModel.Request;
import dev.palimpsest.model.LanguageModel.Sampling;
import dev.palimpsest.model.Weights;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Map;

/**
 * One fresh process of ours that answers one row: MODEL, fp32 or bf16, and a file of items, or none
 * for generation. Prints a line of JSON.
 */
public class Answering {
    private static final String PROMPT =
            "The history of the harbour begins with a small fishing village that grew around a bay on the northern coast. "
                    .repeat(20);

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        ElementType type = arguments[1].equals("bf16") ? ElementType.BF16 : ElementType.F32;
        try (Scope scope = Scope.open();
                Tokenizer tokenizer = Tokenizer.open(folder.resolve("tokenizer.json"))) {
            Memory memory = new Memory(scope);
            Decoder decoder =
                    Decoder.frozen(
                            scope,
                            Weights.packed(folder, type, scope, memory),
                            Optional.empty(),
                            memory);
            Inference inference = new Inference(decoder, -1); // no text ends before its 64 tokens
            if (arguments.length == 2) generate(inference, tokenizer);
            else score(inference, tokenizer, EvaluationRow.items(Path.of(arguments[2])));
        }
    }

    private static void score(Inference inference, Tokenizer tokenizer, List<List<String[]>> items) throws IOException {
        inference.logLikelihoods(requests(tokenizer, items.subList(0, 1)));
        long began = System.nanoTime();
        List<Likelihood> answers = inference.logLikelihoods(requests(tokenizer, items));
        say(
                items.size() / ((System.nanoTime() - began) / 1e9),
                answers.stream().map(Likelihood::sum).toList());
    }

    private static void generate(Inference inference, Tokenizer tokenizer) throws IOException {
        List<Integer> prompt = boxed(tokenizer.encode(PROMPT)).subList(0, 150);
        inference.generate(List.of(new Prompt(prompt, 20, 1)), new Sampling(1, 1, 0, 4), _ -> false);
        long began = System.nanoTime();
        inference.generate(List.of(new Prompt(prompt, 20, 2)), new Sampling(1, 1, 0, 64), _ -> false);
        say(20 * 64 / ((System.nanoTime() - began) / 1e9), List.of());
    }

    private static List<Request> requests(Tokenizer tokenizer, List<List<String[]>> items) {
        List<Request> requests = new ArrayList<>();
        for (List<String[]> pairs : items)
            for (String[] pair : pairs) {
                List<Integer> whole = boxed(tokenizer.encode(pair[0] + pair[1]));
                int context = tokenizer.encode(pair[0]).length;
                requests.add(new Request(whole.subList(0, context), whole.subList(context, whole.size())));
            }
        return requests;
    }

    private static List<Integer> boxed(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }

    private static void say(double rate, List<Double> sums) throws IOException {
        System.out.println(
                Binder.JSON.writeValueAsString(Map.of("rate", rate, "peak_bytes", Memory.peakBytes(), "sums", sums)));
    }
}
