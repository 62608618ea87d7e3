package dev.palimpsest.evaluation;

import java.util.List;
import java.util.Optional;

/** The tasks of the bundled study: two of the source domain, two of the target domain. */
public final class BuiltInTasks {
    private static final List<BuiltInTask> ALL =
            List.of(
                    new BuiltInTask(
                            definitions(
                                    "definitions_choice",
                                    "Which of four endings, alike in length, continues a"
                                            + " dictionary definition",
                                    new MultipleChoice(MultipleChoice.Rule.PER_CHARACTER)),
                            DefinitionItems::choice),
                    new BuiltInTask(
                            definitions(
                                    "definitions_perplexity",
                                    "Bits per byte of dictionary definitions never trained on",
                                    new Perplexity()),
                            DefinitionItems::perplexity),
                    new BuiltInTask(
                            gsm8k(
                                    "gsm8k_perplexity",
                                    "Bits per byte of worked answers to grade school problems",
                                    new Perplexity()),
                            Gsm8kItems::perplexity),
                    new BuiltInTask(
                            gsm8k(
                                    "gsm8k_arithmetic",
                                    "The result of the first calculation in a worked answer,"
                                            + " written by the model and matched exactly",
                                    new GenerateAndMatch(">>", 12)),
                            Gsm8kItems::arithmetic));

    private BuiltInTasks() {}

    public static List<BuiltInTask> all() {
        return ALL;
    }

    public static Optional<BuiltInTask> named(String name) {
        return ALL.stream().filter(task -> task.name().equals(name)).findFirst();
    }

    private static Task definitions(String name, String description, Mechanism mechanism) {
        return new Task(
                name,
                1,
                description,
                "WordNet 3.1, Princeton University, https://wordnet.princeton.edu",
                "WordNet 3.1 licence",
                mechanism);
    }

    private static Task gsm8k(String name, String description, Mechanism mechanism) {
        return new Task(
                name,
                1,
                description,
                "GSM8K test split, OpenAI, https://github.com/openai/grade-school-math",
                "MIT",
                mechanism);
    }
}
