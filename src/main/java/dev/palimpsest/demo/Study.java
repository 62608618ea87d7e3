package dev.palimpsest.demo;

import java.util.List;

/** What the demo asks for: full finetuning and two ranks of LoRA, each at a rate of its own. */
final class Study {
    static final String EXPERIMENT =
            """
            {"name": "Full finetuning and LoRA on grade school mathematics",
             "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_arithmetic", "gsm8k_perplexity"],
             "forgetting_tasks": ["definitions_choice", "definitions_perplexity"],
             "tags": {"study": "demo"}}
            """;

    private Study() {}

    /** The job specs of an experiment. */
    static List<String> jobs(String experiment) {
        return List.of(
                job(experiment, "full", "2e-3", "{\"type\": \"full\"}"),
                job(
                        experiment,
                        "lora-r4",
                        "8e-3",
                        "{\"type\": \"lora\", \"rank\": 4, \"alpha\": 8}"),
                job(
                        experiment,
                        "lora-r16",
                        "5e-3",
                        "{\"type\": \"lora\", \"rank\": 16, \"alpha\": 32}"));
    }

    private static String job(String experiment, String name, String rate, String method) {
        return """
        {"experiment": "%s", "name": "%s",
         "dataset": {"train": "gsm8k-train", "validation": "gsm8k-validation"},
         "regime": "instruction",
         "method": %s,
         "training": {"max_steps": 320, "batch_size": 4, "sequence_length": 256,
                      "learning_rate": %s},
         "evaluation": {"at": {"steps": [160]}, "limit": 200},
         "tags": {"study": "demo"}}
        """
                .formatted(experiment, name, method, rate);
    }
}
