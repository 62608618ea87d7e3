package dev.palimpsest.openai;

import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.Method;
import dev.palimpsest.spec.TargetModules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A fine-tuning job as it is asked for.
 *
 * @param model a base model, or a fine-tuned one to go on from
 * @param hyperparameters where they stood before there were methods
 * @param lora of this service: the adapter
 * @param full of this service: every weight is trained, and there is no adapter
 * @param tasks of this service: what the experiment measures
 * @param learningRate of this service: in place of a multiplier
 * @param sequenceLength of this service: the most tokens of a document
 * @param experiment of this service: which one the job belongs to
 */
record FineTuningOrder(
        String model,
        String trainingFile,
        @Nullable String validationFile,
        @Nullable String suffix,
        @Nullable Long seed,
        @Default("{}") Map<String, String> metadata,
        @Default("[]") List<JsonNode> integrations,
        @Nullable MethodChoice method,
        @Nullable Hyperparameters hyperparameters,
        @Nullable Lora lora,
        @Default("false") boolean full,
        @Nullable TaskChoice tasks,
        @Nullable Double learningRate,
        @Nullable Integer sequenceLength,
        @Nullable String experiment) {
    private static final int LONGEST_SUFFIX = 64;
    private static final int MOST_PAIRS = 16;
    private static final int LONGEST_KEY = 64;
    private static final int LONGEST_VALUE = 512;

    FineTuningOrder {
        metadata = Map.copyOf(metadata);
        integrations = List.copyOf(integrations);
        Faults faults = new Faults();
        faults.require(
                suffix == null || (!suffix.isBlank() && suffix.length() <= LONGEST_SUFFIX),
                "/suffix",
                "must have 1 to %d characters".formatted(LONGEST_SUFFIX));
        if (seed != null) faults.between(seed, 0, Integer.MAX_VALUE, "/seed");
        faults.require(
                metadata.size() <= MOST_PAIRS,
                "/metadata",
                "must be at most %d pairs, got %d".formatted(MOST_PAIRS, metadata.size()));
        metadata.forEach(
                (key, value) ->
                        faults.require(
                                key.length() <= LONGEST_KEY && value.length() <= LONGEST_VALUE,
                                "/metadata/" + key,
                                "must have a key of at most %d characters and a value of at most %d"
                                        .formatted(LONGEST_KEY, LONGEST_VALUE)));
        faults.require(
                integrations.isEmpty(),
                "/integrations",
                "are not done: this service reports to no other; events and checkpoints have the metrics");
        faults.require(
                hyperparameters == null || method == null || method.supervised() == null,
                "/hyperparameters",
                "are said in method.supervised already");
        faults.require(
                lora == null || !full,
                "/lora",
                "is an adapter, and full finetuning has none; leave one of them out");
        faults.require(
                tasks == null || tasks.names().isEmpty() || experiment == null,
                "/tasks",
                "are the experiment's; leave their names or the experiment out");
        faults.require(
                learningRate == null || asked(method, hyperparameters).multiplier().isEmpty(),
                "/learning_rate",
                "is said by learning_rate_multiplier already");
        faults.raise();
    }

    /** How; of the three that the hosted service has, one is done here. */
    record MethodChoice(
            MethodType type,
            @Nullable Supervised supervised,
            @Nullable JsonNode dpo,
            @Nullable JsonNode reinforcement) {
        MethodChoice {
            new Faults()
                    .require(
                            type == MethodType.SUPERVISED && dpo == null && reinforcement == null,
                            "/type",
                            "must be supervised; dpo and reinforcement are not done here")
                    .raise();
        }
    }

    enum MethodType {
        SUPERVISED,
        DPO,
        REINFORCEMENT
    }

    record Supervised(@Nullable Hyperparameters hyperparameters) {}

    /** The adapter; alpha is twice the rank unless it is said. */
    record Lora(
            @Default("16") int r,
            @Nullable Double alpha,
            @Default("0.0") double dropout,
            @Default("\"all\"") TargetModules targetModules,
            @Default("\"standard\"") Method.Variant variant) {
        static final Lora USUAL = new Lora(16, null, 0, TargetModules.ALL, Method.Variant.STANDARD);
    }

    /** What is measured at each checkpoint, on so many items of each task. */
    record TaskChoice(
            @Default("[]") List<String> learning,
            @Default("[]") List<String> forgetting,
            @Default("100") int limit) {
        /** Whether the model still knows what words mean. */
        static final TaskChoice USUAL =
                new TaskChoice(
                        List.of(), List.of("definitions_choice", "definitions_perplexity"), 100);

        TaskChoice {
            learning = List.copyOf(learning);
            forgetting = List.copyOf(forgetting);
        }

        List<String> names() {
            return Stream.of(learning, forgetting).flatMap(List::stream).toList();
        }
    }

    /** Wherever it stands. */
    Hyperparameters asked() {
        return asked(method, hyperparameters);
    }

    /** Where the hyperparameters stand, for what is wrong with them. */
    String place() {
        return hyperparameters == null ? "/method/supervised/hyperparameters" : "/hyperparameters";
    }

    private static Hyperparameters asked(
            @Nullable MethodChoice method, @Nullable Hyperparameters before) {
        if (before != null) return before;
        return Optional.ofNullable(method)
                .map(MethodChoice::supervised)
                .map(Supervised::hyperparameters)
                .orElse(Hyperparameters.AUTO);
    }
}
