package dev.palimpsest.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class BinderTests {
    private static final String SMALLEST =
            """
            {"experiment": "exp_1", "dataset": {"train": "gsm8k-train"},
             "method": {"type": "lora", "rank": 16, "alpha": 32},
             "training": {"epochs": 2, "learning_rate": 2e-4}}
            """;

    @Test
    void whatARequestLeavesOutTakesItsDefault() {
        JobSpec spec = Binder.bind(SMALLEST, JobSpec.class);

        assertThat(spec.regime()).isEqualTo(Regime.INSTRUCTION);
        assertThat(spec.method())
                .isEqualTo(Method.Lora.of(16, 32, 0, TargetModules.ALL, Method.Variant.STANDARD));
        assertThat(spec.training().duration()).isEqualTo(new Duration.Epochs(2));
        assertThat(spec.training().schedule()).isEqualTo(new Schedule.Cosine(0.1, 0.01));
    }

    @Test
    void aSpecReadsBackAsItWasWritten() {
        JobSpec spec = Binder.bind(SMALLEST, JobSpec.class);

        String json = Binder.JSON.writeValueAsString(spec);

        assertThat(Binder.bind(json, JobSpec.class)).isEqualTo(spec);
    }

    @Test
    void aPolicyThatCannotBeKeptIsRefused() {
        String faulty =
                SMALLEST.replace(
                        "2e-4}}",
                        """
                        2e-4, "on_divergence": {"action": "pray", "rate_factor": 2, "most": 0, "spike": -1}},
                         "checkpoints": {"every_steps": 20, "keep_every": 50}}""");

        InvalidSpec invalid =
                catchThrowableOfType(InvalidSpec.class, () -> Binder.bind(faulty, JobSpec.class));

        assertThat(invalid.faults().stream().map(Fault::pointer).toList())
                .containsExactlyInAnyOrder(
                        "/training/on_divergence/action",
                        "/training/on_divergence/rate_factor",
                        "/training/on_divergence/most",
                        "/training/on_divergence/spike",
                        "/checkpoints/keep_every");
    }

    @Test
    void everyFaultIsSaidAtOnceUnderItsPointer() {
        String faulty =
                """
                {"experiment": "exp_1", "dataset": {},
                 "method": {"type": "lora", "rank": 0, "alpha": 32,
                            "target_modules": ["q_proj", "nose_proj"]},
                 "training": {"epochs": 2, "max_steps": 3, "learning_rate": "fast",
                              "batch_size": 4.5, "sequence_length": 1},
                 "packing": true}
                """;

        InvalidSpec invalid =
                catchThrowableOfType(InvalidSpec.class, () -> Binder.bind(faulty, JobSpec.class));

        List<String> pointers = invalid.faults().stream().map(Fault::pointer).toList();
        assertThat(pointers)
                .containsExactlyInAnyOrder(
                        "/packing",
                        "/dataset/train",
                        "/method/rank",
                        "/method/target_modules/1",
                        "/training/epochs",
                        "/training/learning_rate",
                        "/training/batch_size",
                        "/training/sequence_length");
    }

    @Test
    void aMethodNobodyKnowsIsRefusedWithTheOnesThereAre() {
        String faulty = SMALLEST.replace("\"lora\"", "\"prefix\"");

        InvalidSpec invalid =
                catchThrowableOfType(InvalidSpec.class, () -> Binder.bind(faulty, JobSpec.class));

        assertThat(invalid.faults())
                .containsExactly(
                        new Fault("/method/type", "must be one of full, lora, got \"prefix\""));
    }

    @Test
    void textThatCannotBeStoredIsRefusedUnderItsPointer() {
        String faulty =
                SMALLEST.replace("\"gsm8k-train\"", "\"a\\u0000b\"")
                        .replace("\"exp_1\"", "\"\\ud800\"");

        InvalidSpec invalid =
                catchThrowableOfType(InvalidSpec.class, () -> Binder.bind(faulty, JobSpec.class));

        assertThat(invalid.faults().stream().map(Fault::pointer))
                .containsExactlyInAnyOrder("/experiment", "/dataset/train");
    }
}
