package dev.palimpsest.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the paper did, by name: a recipe such as {@code code-cpt-r16} that a job spec starts from
 * (paper, appendix A; the learning rate of full finetuning on code from its repository), or how it
 * measured forgetting (section 3.3), which an experiment starts from.
 */
public record Preset(String name, Kind kind, String description, JsonNode spec) {
    /** What starts from it. */
    public enum Kind {
        JOB,
        EXPERIMENT
    }

    private static final List<Integer> RANKS = List.of(16, 64, 256);

    private static final String TRAPEZOID =
            """
            {"type": "inverse_square_root", "warmup": 1000, "scale": 1000, "cooldown": 5086, "floor": 1.0, "end": 0.0}""";

    private static final String COSINE =
            """
            {"type": "cosine", "warmup": 0.1, "floor": 0.01}""";

    private static final Map<String, Preset> BY_NAME = new LinkedHashMap<>();

    static {
        new Domain("code-cpt", "pretraining", 192, 6, 4096, "1e-6", TRAPEZOID)
                .presets("1e-5", "1e-5", "1e-5", "1e-5");
        new Domain("math-cpt", "pretraining", 192, 6, 4096, "0.0", TRAPEZOID)
                .presets("1e-5", "4e-5", "4e-5", "4e-5");
        new Domain("code-ift", "instruction", 192, 6, 4096, "0.0", COSINE)
                .presets("5e-5", "2e-4", "2e-4", "1e-4");
        new Domain("math-ift", "instruction", 768, 24, 1024, "0.0", COSINE)
                .presets("1e-5", "1e-4", "1e-4", "5e-5");
        forgetting(
                "forgetting-gauntlet",
                "The paper's forgetting score: three tasks by the Gauntlet's rules",
                "gauntlet");
        forgetting(
                "forgetting-lm-eval",
                "The same three tasks by lm-evaluation-harness's rules",
                "lm_eval");
    }

    /** A column of the paper's table of hyperparameters. */
    private record Domain(
            String name,
            String regime,
            int batch,
            int micro,
            int sequence,
            String decay,
            String schedule) {
        void presets(String full, String... loraRates) {
            add("full", "full finetuning", full, "{\"type\": \"full\"}");
            for (int i = 0; i < RANKS.size(); i++) {
                int rank = RANKS.get(i);
                add(
                        "r" + rank,
                        "LoRA of rank " + rank,
                        loraRates[i],
                        """
            {"type": "lora", "rank": %d, "alpha": %d, "dropout": 0.05, "target_modules": "all"}"""
                                .formatted(rank, 2 * rank));
            }
        }

        private void add(String condition, String words, String rate, String method) {
            String json =
                    """
            {"regime": "%s",
             "training": {"batch_size": %d, "micro_batch_size": %d, "sequence_length": %d, "packing": true,
                          "optimizer": {"type": "lionw", "betas": [0.9, 0.95], "weight_decay": %s},
                          "learning_rate": %s, "schedule": %s, "gradient_clip": 1.0, "precision": "amp_bf16"},
             "method": %s}"""
                            .formatted(
                                    regime, batch, micro, sequence, decay, rate, schedule, method);
            String preset = name + "-" + condition;
            BY_NAME.put(
                    preset,
                    new Preset(
                            preset,
                            Kind.JOB,
                            "The paper's %s with %s; the length is yours to give"
                                    .formatted(name, words),
                            Binder.JSON.readTree(json)));
        }
    }

    private static void forgetting(String name, String description, String convention) {
        JsonNode experiment =
                Binder.JSON.readTree(
                        """
            {"forgetting_tasks": ["hellaswag", "arc_challenge", "winogrande"], "convention": "%s"}"""
                                .formatted(convention));
        BY_NAME.put(name, new Preset(name, Kind.EXPERIMENT, description, experiment));
    }

    public static List<Preset> all() {
        return new ArrayList<>(BY_NAME.values());
    }

    public static Optional<Preset> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The request with everything that it leaves out taken from the preset that it names. */
    public static JsonNode applied(JsonNode spec, Kind kind) {
        if (!spec.isObject() || !spec.path("preset").isString()) return spec;
        String name = spec.path("preset").stringValue();
        Preset preset =
                named(name)
                        .filter(known -> known.kind() == kind)
                        .orElseThrow(
                                () ->
                                        new InvalidSpec(
                                                "/preset",
                                                "'%s' is no preset of %s; there are %s"
                                                        .formatted(
                                                                name,
                                                                kind == Kind.JOB
                                                                        ? "jobs"
                                                                        : "experiments",
                                                                names(kind))));
        return over(preset.spec(), spec);
    }

    private static String names(Kind kind) {
        return BY_NAME.values().stream()
                .filter(preset -> preset.kind() == kind)
                .map(Preset::name)
                .collect(Collectors.joining(", "));
    }

    /** Fields of objects one by one; another {@code type} is another object. */
    private static JsonNode over(JsonNode under, JsonNode given) {
        if (!under.isObject() || !given.isObject()) return given;
        if (given.has("type") && !given.path("type").equals(under.path("type"))) return given;
        ObjectNode merged = (ObjectNode) under.deepCopy();
        for (Map.Entry<String, JsonNode> field : given.properties()) {
            JsonNode below = under.get(field.getKey());
            merged.set(
                    field.getKey(),
                    below == null ? field.getValue() : over(below, field.getValue()));
        }
        return merged;
    }
}
