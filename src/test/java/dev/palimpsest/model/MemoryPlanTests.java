package dev.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Method;
import dev.palimpsest.spec.Training;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryPlanTests {
    private static final String SMOLLM2_135M =
            """
            {"model_type": "llama", "vocab_size": 49152, "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
             "num_attention_heads": 9, "num_key_value_heads": 3, "max_position_embeddings": 2048, "tie_word_embeddings": true}
            """;

    private static final String LLAMA_2_7B =
            """
            {"model_type": "llama", "vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32,
             "num_attention_heads": 32, "num_key_value_heads": 32, "max_position_embeddings": 4096, "tie_word_embeddings": false}
            """;

    private static final String FULL = "{\"type\": \"full\"}";
    private static final String LORA = "{\"type\": \"lora\", \"rank\": 16, \"alpha\": 32}";

    /** Measured by src/bench/finetuning.sh, three rounds, on two cores of an AMD EPYC. */
    @ParameterizedTest
    @CsvSource({
        "lora, bf16, 4, 256, false, 0.94",
        "lora, fp32, 4, 256, false, 1.88",
        "full, bf16, 4, 256, false, 1.67",
        "full, fp32, 4, 256, false, 2.97",
        "lora, bf16, 4, 256, true, 0.88",
        "lora, fp32, 4, 256, true, 1.34",
        "full, bf16, 4, 256, true, 1.59",
        "full, fp32, 4, 256, true, 2.88",
        "lora, bf16, 2, 512, false, 0.95",
        "lora, fp32, 2, 512, false, 1.90",
        "full, bf16, 2, 512, false, 1.67",
        "full, fp32, 2, 512, false, 2.96",
        "lora, bf16, 2, 512, true, 0.87",
        "lora, fp32, 2, 512, true, 1.27",
        "full, bf16, 2, 512, true, 1.61",
        "full, fp32, 2, 512, true, 2.84"
    })
    void thePeakIsWithin15PercentOfTheBenchmarks(
            String method,
            String precision,
            int batch,
            int sequence,
            boolean checkpointing,
            double measured) {
        Training training =
                training(
                        """
                        "batch_size": %d, "sequence_length": %d, "precision": "%s", "activation_checkpointing": %b"""
                                .formatted(batch, sequence, precision, checkpointing));

        assertThat(plan(SMOLLM2_135M, method.equals("full") ? FULL : LORA, training).peak() / 1e9)
                .isCloseTo(measured, Percentage.withPercentage(15));
    }

    @Test
    void aModelOf7BillionIsFinetunedInFullByLionOnOneCardOf80Gigabytes() {
        Training training =
                training(
                        """
                        "batch_size": 16, "micro_batch_size": 1, "sequence_length": 4096, "precision": "bf16",
                        "optimizer": {"type": "lionw"}, "activation_checkpointing": true""");

        MemoryPlan plan = plan(LLAMA_2_7B, FULL, training);

        assertThat(plan.weights()).isEqualTo(2 * 6_738_415_616L);
        assertThat(plan.gradients()).isEqualTo(2 * 6_738_415_616L);
        assertThat(plan.optimizer()).isEqualTo(2 * 6_738_415_616L);
        // a block's input in 32 layers, and what one block keeps: 2 d + 2 q + k + v + gate + up
        assertThat(plan.activations())
                .isEqualTo(4096 * 32 * 4096 * 2L + 4096 * ((6 * 4096 + 2 * 11008) * 2L + 8));
        assertThat(plan.peak()).isBetween(43_000_000_000L, 44_500_000_000L);
    }

    @Test
    void frozenMatricesOfFp32LieInMemoryTwiceUnlessItIsShort() {
        long matrices = 30L * (2 * 576 * 576 + 2 * 192 * 576 + 3 * 1536 * 576);

        assertThat(plan(SMOLLM2_135M, LORA, training("\"precision\": \"fp32\"")).packedWeights())
                .isEqualTo(4 * matrices);
        for (String other :
                List.of("\"activation_checkpointing\": true", "\"precision\": \"bf16\""))
            assertThat(plan(SMOLLM2_135M, LORA, training(other)).packedWeights()).isZero();
        assertThat(plan(SMOLLM2_135M, FULL, training("\"precision\": \"fp32\"")).packedWeights())
                .isZero();
    }

    @Test
    void aSmallerMicroBatchNeedsLess() {
        Training whole = training("\"batch_size\": 16, \"micro_batch_size\": 16");
        Training halved = training("\"batch_size\": 16, \"micro_batch_size\": 8");

        MemoryPlan larger = plan(SMOLLM2_135M, LORA, whole);
        MemoryPlan smaller = plan(SMOLLM2_135M, LORA, halved);

        assertThat(smaller.activations()).isEqualTo(larger.activations() / 2);
        assertThat(smaller.weights()).isEqualTo(larger.weights());
    }

    @Test
    void anOffloadedOptimizerLeavesTheDeviceALayersMomentsAtATime() {
        MemoryPlan here = plan(LLAMA_2_7B, FULL, training("\"precision\": \"bf16\""));

        MemoryPlan offloaded =
                plan(
                        LLAMA_2_7B,
                        FULL,
                        training("\"precision\": \"bf16\", \"optimizer_offload\": true"));

        assertThat(offloaded.host()).isEqualTo(here.optimizer());
        // the embedding and the head are more than a block
        assertThat(offloaded.optimizer()).isEqualTo((2 * 32000 * 4096L + 4096) * 2 * 2);
        assertThat(here.peak() - offloaded.peak())
                .isEqualTo(here.optimizer() - offloaded.optimizer());
    }

    private static MemoryPlan plan(String config, String method, Training training) {
        return MemoryPlan.of(
                Architecture.of(Binder.JSON.readTree(config)),
                Float.BYTES,
                Binder.bind(method, Method.class),
                training);
    }

    private static Training training(String fields) {
        return Binder.bind(
                "{\"max_steps\": 3, \"learning_rate\": 1e-4, %s}".formatted(fields),
                Training.class);
    }
}
