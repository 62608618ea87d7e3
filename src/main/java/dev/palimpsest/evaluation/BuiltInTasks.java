package dev.palimpsest.evaluation;

import dev.palimpsest.spec.Convention;
import java.util.List;
import java.util.Optional;

/** The tasks of the bundled study, two of each domain, and the benchmarks that the paper used. */
public final class BuiltInTasks {
    private static final String WORDNET =
            "WordNet 3.1, Princeton University, https://wordnet.princeton.edu";
    private static final String GSM8K =
            "GSM8K test split, OpenAI, https://github.com/openai/grade-school-math";
    private static final String ARC =
            "AI2 Reasoning Challenge, test split, https://allenai.org/data/arc";

    private static final List<KnownTask> ALL =
            List.of(
                    new KnownTask.Bundled(
                            new Task(
                                    "definitions_choice",
                                    1,
                                    "Which of four endings, alike in length, continues a"
                                            + " dictionary definition",
                                    WORDNET,
                                    "WordNet 3.1 licence",
                                    new MultipleChoice(Rule.PER_CHARACTER)),
                            DefinitionItems::choice),
                    new KnownTask.Bundled(
                            new Task(
                                    "definitions_perplexity",
                                    1,
                                    "Bits per byte of dictionary definitions never trained on",
                                    WORDNET,
                                    "WordNet 3.1 licence",
                                    new Perplexity()),
                            DefinitionItems::perplexity),
                    new KnownTask.Bundled(
                            new Task(
                                    "gsm8k_perplexity",
                                    1,
                                    "Bits per byte of worked answers to grade school problems",
                                    GSM8K,
                                    "MIT",
                                    new Perplexity()),
                            Gsm8kItems::perplexity),
                    new KnownTask.Bundled(
                            new Task(
                                    "gsm8k_arithmetic",
                                    1,
                                    "The result of the first calculation in a worked answer,"
                                            + " written by the model and matched exactly",
                                    GSM8K,
                                    "MIT",
                                    new GenerateAndMatch(
                                            List.of(">>"), 12, List.of(new Filter.Whole()))),
                            Gsm8kItems::arithmetic),
                    new Benchmark(
                            new Task(
                                    "gsm8k",
                                    1,
                                    "Grade school problems, worked out by the model after solved"
                                            + " ones; the result after #### must be right",
                                    GSM8K,
                                    "MIT",
                                    Gsm8kAnswers.mechanism(256)),
                            "gsm8k_test.jsonl",
                            "gsm8k_train.jsonl",
                            5,
                            false,
                            Gsm8kAnswers::item),
                    new FixedBenchmark(
                            new Task(
                                    "gsm8k_cot",
                                    1,
                                    "The same after eight problems whose solutions are told in"
                                            + " words",
                                    GSM8K + "; its exemplars are those of Wei et al., 2022",
                                    "MIT",
                                    Gsm8kAnswers.toldInWords()),
                            "gsm8k_test.jsonl",
                            Gsm8kAnswers::toldInWords),
                    new Benchmark(
                            new Task(
                                    "hellaswag",
                                    1,
                                    "Which of four endings goes on with what was described",
                                    "HellaSwag validation split,"
                                            + " https://github.com/rowanz/hellaswag",
                                    "MIT",
                                    new MultipleChoice(Rule.PER_CHARACTER)),
                            "hellaswag_val.jsonl",
                            "hellaswag_train.jsonl",
                            0,
                            true,
                            HellaSwag::item),
                    arc("arc_challenge", "Science questions that simple methods get wrong"),
                    arc("arc_easy", "Science questions that simple methods may get right"),
                    new Benchmark(
                            new Task(
                                    "winogrande",
                                    1,
                                    "Which of two names fills a blank, judged by the rest of the"
                                            + " sentence",
                                    "WinoGrande 1.1 XL, validation split,"
                                            + " https://github.com/allenai/winogrande",
                                    "CC BY",
                                    new Schema(Convention.LM_EVAL)),
                            "winogrande_xl_dev.jsonl",
                            "winogrande_xl_train.jsonl",
                            0,
                            true,
                            WinoGrande::item),
                    new Benchmark(
                            new Task(
                                    "piqa",
                                    1,
                                    "Which of two ways reaches an everyday goal",
                                    "PIQA validation split, https://yonatanbisk.com/piqa",
                                    "AFL 3.0",
                                    new MultipleChoice(Rule.PER_CHARACTER)),
                            "piqa_val.jsonl",
                            "piqa_train.jsonl",
                            0,
                            true,
                            Piqa::item),
                    humanEval(
                            "humaneval",
                            "Python functions written after their head and docstring, one each,"
                                    + " always the likeliest token; their tests must pass",
                            CodeProtocol.HARNESS),
                    humanEval(
                            "humaneval_paper",
                            "The same by the paper's protocol: 50 samples each at temperature 0.2"
                                    + " and top-p 0.95",
                            CodeProtocol.PAPER),
                    new FixedBenchmark(
                            new Task(
                                    "mbpp",
                                    1,
                                    "Python programs written after a task in words and three"
                                            + " solved ones; their tests must pass",
                                    "MBPP, problems 11 to 510, https://github.com/google-research/google-research/tree/master/mbpp",
                                    "CC BY 4.0",
                                    new GenerateAndRun(CodeProtocol.MBPP)),
                            "mbpp.jsonl",
                            Mbpp::items));

    private BuiltInTasks() {}

    public static List<KnownTask> all() {
        return ALL;
    }

    public static Optional<KnownTask> named(String name) {
        return ALL.stream().filter(task -> task.name().equals(name)).findFirst();
    }

    private static FixedBenchmark humanEval(
            String name, String description, CodeProtocol protocol) {
        return new FixedBenchmark(
                new Task(
                        name,
                        1,
                        description,
                        "HumanEval, OpenAI, https://github.com/openai/human-eval",
                        "MIT",
                        new GenerateAndRun(protocol)),
                "HumanEval.jsonl",
                rows -> rows.stream().map(row -> HumanEvalProblem.of(row).item(protocol)).toList());
    }

    private static Benchmark arc(String name, String description) {
        return new Benchmark(
                new Task(
                        name,
                        1,
                        description,
                        ARC,
                        "CC BY-SA 4.0",
                        new MultipleChoice(Rule.PER_CHARACTER)),
                name + "_test.jsonl",
                name + "_train.jsonl",
                0,
                false,
                Arc::item);
    }
}
