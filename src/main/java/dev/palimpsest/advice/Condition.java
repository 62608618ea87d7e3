package dev.palimpsest.advice;

import dev.palimpsest.jobs.Runs.Run;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All that the result of a run depends on but its learning rate and its seed.
 *
 * @param rank of LoRA; 0 where all weights are trained
 * @param variant what else is said of the method
 * @param length as the spec says it
 * @param rest the rest of the recipe, as JSON
 */
record Condition(
        boolean lora,
        int rank,
        double alpha,
        String targets,
        String variant,
        double weightDecay,
        double attentionDropout,
        String length,
        String rest) {
    /** What two conditions may differ in. */
    enum Field {
        /** All of the method. */
        METHOD,
        /** The rank, with alpha in proportion. */
        RANK,
        ALPHA,
        TARGETS,
        WEIGHT_DECAY,
        ATTENTION_DROPOUT,
        LENGTH,
        REST
    }

    /** Neither what was trained nor how, or fields of this record. */
    private static final List<String> ASIDE =
            List.of(
                    "experiment",
                    "name",
                    "preset",
                    "base_model",
                    "tags",
                    "checkpoints",
                    "analysis",
                    "guards",
                    "branch",
                    "executor",
                    "method",
                    "evaluation",
                    "training");

    private static final Set<String> LENGTHS = Set.of("epochs", "max_tokens", "max_steps");

    /** Of {@code training}: what has a place of its own, and what changes no digit. */
    private static final List<String> NOT_THE_RECIPE =
            List.of(
                    "learning_rate",
                    "seed",
                    "attention_dropout",
                    "micro_batch_size",
                    "activation_checkpointing",
                    "optimizer_in_backward",
                    "optimizer_offload");

    private static final List<String> HOW_IT_IS_ASKED =
            List.of("limit", "few_shot", "exemplars", "convention");

    static Condition of(Run run, String kind) {
        JsonNode spec = run.spec();
        JsonNode training = spec.path("training");
        JsonNode method = spec.path("method");
        boolean lora = run.method().equals("lora");
        int rank = lora ? method.path("rank").asInt(0) : 0;
        return new Condition(
                lora,
                rank,
                lora ? method.path("alpha").asDouble(2.0 * rank) : 0,
                lora ? targets(method.path("target_modules")) : "",
                variant(method),
                training.at("/optimizer/weight_decay").asDouble(0),
                training.path("attention_dropout").asDouble(0),
                length(spec, training),
                rest(spec, training, kind));
    }

    private static String targets(JsonNode modules) {
        if (modules.isMissingNode()) return "all";
        if (modules.isString()) return modules.stringValue();
        return modules.valueStream().map(JsonNode::asString).collect(Collectors.joining("+"));
    }

    private static String variant(JsonNode method) {
        ObjectNode rest = (ObjectNode) method.deepCopy();
        rest.remove(List.of("type", "rank", "alpha", "target_modules"));
        return said(rest);
    }

    private static String length(JsonNode spec, JsonNode training) {
        List<String> said = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : training.properties())
            if (LENGTHS.contains(field.getKey()) && field.getValue().isNumber())
                said.add(
                        "%s %s"
                                .formatted(
                                        Numbers.plain(field.getValue().doubleValue()),
                                        field.getKey().replace("max_", "")));
        JsonNode most = spec.at("/dataset/max_tokens");
        if (most.isNumber())
            said.add("a dataset cut to %s tokens".formatted(Numbers.plain(most.doubleValue())));
        return String.join(" of ", said);
    }

    private static String rest(JsonNode spec, JsonNode training, String kind) {
        ObjectNode rest = (ObjectNode) spec.deepCopy();
        rest.remove(ASIDE);
        if (rest.path("dataset") instanceof ObjectNode dataset) dataset.remove("max_tokens");
        for (Map.Entry<String, JsonNode> field : training.properties())
            if (!NOT_THE_RECIPE.contains(field.getKey()) && !LENGTHS.contains(field.getKey()))
                rest.set("training." + field.getKey(), field.getValue().deepCopy());
        if (rest.path("training.optimizer") instanceof ObjectNode optimizer)
            optimizer.remove("weight_decay");
        for (String how : HOW_IT_IS_ASKED)
            if (spec.path("evaluation").has(how))
                rest.set("evaluation." + how, spec.path("evaluation").get(how).deepCopy());
        rest.put("kind", kind);
        return said(rest);
    }

    /** Without what is null, so that a field left out and one said to be nothing are the same. */
    private static String said(ObjectNode json) {
        return json.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .sorted(Map.Entry.comparingByKey())
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining(" "));
    }

    double alphaByRank() {
        return rank == 0 ? 0 : alpha / rank;
    }

    /** The values of all but some fields, by which conditions that may differ in those are told. */
    List<Object> but(Field first, Field... more) {
        Set<Field> left = EnumSet.complementOf(EnumSet.of(first, more));
        List<Object> values = new ArrayList<>(left.size() * 2);
        for (Field field : left)
            switch (field) {
                case METHOD -> {
                    values.add(lora);
                    values.add(variant);
                }
                case RANK -> values.add(left.contains(Field.METHOD) ? rank : 0);
                case ALPHA -> values.add(left.contains(Field.METHOD) ? alphaByRank() : 0);
                case TARGETS -> values.add(left.contains(Field.METHOD) ? targets : "");
                case WEIGHT_DECAY -> values.add(weightDecay);
                case ATTENTION_DROPOUT -> values.add(attentionDropout);
                case LENGTH -> values.add(length);
                case REST -> values.add(rest);
            }
        return values;
    }

    String method() {
        return lora ? "LoRA" : "full finetuning";
    }

    /** For people: what is not as usual is said. */
    String words() {
        return length.isEmpty() ? recipe() : recipe() + ", " + length;
    }

    /** The same without the length. */
    String recipe() {
        if (lora)
            return String.format(
                    Locale.ROOT, "LoRA r=%d, alpha=%s, %s", rank, Numbers.plain(alpha), targets);
        return Stream.of(
                        "full finetuning",
                        weightDecay > 0 ? "weight decay " + Numbers.plain(weightDecay) : "",
                        attentionDropout > 0
                                ? "attention dropout " + Numbers.plain(attentionDropout)
                                : "")
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining(", "));
    }
}
