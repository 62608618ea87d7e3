package dev.palimpsest.data;

import java.util.List;
import java.util.Optional;

/** The datasets of the bundled study: dictionary definitions and grade school mathematics. */
public final class BuiltInDatasets {
    /** The end of GSM8K's training text, kept aside to watch the loss. */
    private static final int VALIDATION_PROBLEMS = 300;

    private static final List<BuiltInDataset> ALL =
            List.of(
                    definitions("definitions-train", "to train on", WordNet.Part.TRAIN),
                    definitions("definitions-validation", "held out", WordNet.Part.VALIDATION),
                    problems("gsm8k-train", "all of its training split but the last 300", false),
                    problems("gsm8k-validation", "the last 300 of its training split", true));

    private BuiltInDatasets() {}

    public static List<BuiltInDataset> all() {
        return ALL;
    }

    public static Optional<BuiltInDataset> named(String name) {
        return ALL.stream().filter(dataset -> dataset.name().equals(name)).findFirst();
    }

    private static BuiltInDataset definitions(String name, String use, WordNet.Part part) {
        return new BuiltInDataset(
                name,
                "Dictionary definitions with their examples, one a synset of WordNet 3.1, " + use,
                Format.TEXT,
                "WordNet 3.1, Princeton University, https://wordnet.princeton.edu",
                "WordNet 3.1 licence",
                () ->
                        WordNet.definitions(part).stream()
                                .<Document>map(definition -> new Document.Text(definition.text()))
                                .toList());
    }

    private static BuiltInDataset problems(String name, String use, boolean validation) {
        return new BuiltInDataset(
                name,
                "Grade school word problems with worked answers, GSM8K: " + use,
                Format.PROMPT_COMPLETION,
                "GSM8K, OpenAI, https://github.com/openai/grade-school-math",
                "MIT",
                () -> {
                    List<Gsm8k.Problem> all = Gsm8k.train();
                    int cut = all.size() - VALIDATION_PROBLEMS;
                    return (validation ? all.subList(cut, all.size()) : all.subList(0, cut))
                            .stream()
                                    .<Document>map(
                                            problem ->
                                                    new Document.PromptCompletion(
                                                            problem.prompt(), problem.completion()))
                                    .toList();
                });
    }
}
