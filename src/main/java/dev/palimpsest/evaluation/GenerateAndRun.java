package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.model.LanguageModel.Prompt;
import dev.palimpsest.sandbox.Sandbox;
import dev.palimpsest.sandbox.TimeLimit;
import dev.palimpsest.sandbox.Verdict;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/**
 * What a model writes after a prompt must run, with the tests of the problem, to its end: {@code
 * pass@k} for every k up to the samples, and how far the samples differ ({@link Diversity}).
 */
public record GenerateAndRun(CodeProtocol protocol) implements Mechanism {
    /**
     * A prompt, and what makes a program of a completion: the text before and after it.
     *
     * @param exemplars solved problems that stand before the prompt
     * @param solution what is right after the prompt, where that is known
     */
    public record Item(
            @Default("\"\"") String exemplars,
            String prompt,
            String opening,
            String closing,
            @Default("\"\"") String solution)
            implements Question {
        Item(String prompt, String opening, String closing) {
            this("", prompt, opening, closing, "");
        }

        public Item {
            new Faults().require(!prompt.isEmpty(), "/prompt", "must not be empty").raise();
        }

        @Override
        public String solved() {
            return prompt + solution;
        }

        @Override
        public Item after(String exemplars) {
            return new Item(exemplars, prompt, opening, closing, solution);
        }

        String asked() {
            return exemplars + prompt;
        }

        public String program(String completion) {
            return opening + completion + closing;
        }
    }

    @Override
    public Primary primary() {
        return new Primary(passAt(1), ScoreKind.ACCURACY);
    }

    private static String passAt(int k) {
        return "pass@" + k;
    }

    @Override
    public List<List<Asking>> asked(ItemFile items, Tokenizer tokenizer) {
        return items.read(Item.class).stream()
                .map(item -> List.of(Asking.of(item.asked(), tokenizer)))
                .toList();
    }

    @Override
    public TaskResult score(String task, ItemFile items, LanguageModel model, Tokenizer tokenizer) {
        List<Item> problems = items.read(Item.class);
        try (Sandbox sandbox = new Sandbox(TimeLimit.PAPER)) { // it starts while the model writes
            List<List<String>> written = written(problems, model, tokenizer);
            List<ItemResult> results = new ArrayList<>();
            for (int i = 0; i < problems.size(); i++)
                results.add(run(i, problems.get(i), written.get(i), sandbox, model));
            return new TaskResult(task, metrics(results), results);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while programs ran");
        }
    }

    /** Each problem's completions; those of different problems have different seeds. */
    private List<List<String>> written(
            List<Item> problems, LanguageModel model, Tokenizer tokenizer) {
        List<Prompt> prompts = new ArrayList<>();
        for (Item problem : problems)
            prompts.add(
                    new Prompt(
                            Continuation.boxed(tokenizer.encode(problem.asked())),
                            protocol.samples(),
                            (long) prompts.size() * protocol.samples()));
        List<List<List<Integer>>> tokens =
                model.generate(
                        prompts,
                        protocol.sampling(),
                        sample -> protocol.end(tokenizer.decode(sample)) >= 0);
        List<List<String>> written = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            int most = protocol.most(prompts.get(i).tokens().size());
            written.add(
                    tokens.get(i).stream()
                            .map(sample -> sample.subList(0, Math.min(most, sample.size())))
                            .map(tokenizer::decode)
                            .map(protocol::completion)
                            .toList());
        }
        return written;
    }

    /** Equal programs run once. */
    private static ItemResult run(
            int index, Item problem, List<String> completions, Sandbox sandbox, LanguageModel model)
            throws InterruptedException {
        Map<String, Verdict> verdicts = new HashMap<>();
        List<ItemResult.Generated> generations = new ArrayList<>();
        for (String completion : completions) {
            model.mayGoOn();
            Verdict verdict = verdicts.get(completion);
            if (verdict == null) {
                verdict = sandbox.run(problem.program(completion));
                verdicts.put(completion, verdict);
            }
            generations.add(new ItemResult.Generated(completion, verdict.passed(), words(verdict)));
        }
        boolean first = generations.getFirst().passed();
        return new ItemResult(index, problem.asked(), List.of(), null, null, first, generations);
    }

    private static String words(Verdict verdict) {
        String ending = verdict.ending().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return verdict.detail().isEmpty() ? ending : ending + ": " + verdict.detail();
    }

    private Map<String, Measure> metrics(List<ItemResult> results) {
        Map<String, double[]> values = new TreeMap<>();
        for (int i = 0; i < results.size(); i++) {
            List<ItemResult.Generated> samples = results.get(i).generations();
            int passed = (int) samples.stream().filter(ItemResult.Generated::passed).count();
            Map<String, Double> own = new TreeMap<>();
            PassAtK.all(samples.size(), passed).forEach((k, p) -> own.put(passAt(k), p));
            if (samples.size() > 1) own.putAll(Diversity.of(samples).metrics());
            for (var value : own.entrySet())
                values.computeIfAbsent(value.getKey(), _ -> new double[results.size()])[i] =
                        value.getValue();
        }
        Map<String, Measure> metrics = new HashMap<>();
        values.forEach((metric, of) -> metrics.put(metric, Measure.mean(of)));
        return metrics;
    }
}
