package dev.palimpsest.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PresetTests {
    /** The table of hyperparameters in the paper's appendix A, row by row. */
    @ParameterizedTest
    @CsvSource({
        "code-cpt, PRETRAINING, 4096, 192, 6, 1e-6, 1e-5, 1e-5, 1e-5, 1e-5",
        "math-cpt, PRETRAINING, 4096, 192, 6, 0, 1e-5, 4e-5, 4e-5, 4e-5",
        "code-ift, INSTRUCTION, 4096, 192, 6, 0, 5e-5, 2e-4, 2e-4, 1e-4",
        "math-ift, INSTRUCTION, 1024, 768, 24, 0, 1e-5, 1e-4, 1e-4, 5e-5"
    })
    void theValuesAreThoseOfThePaper(
            String domain,
            Regime regime,
            int sequence,
            int batch,
            int micro,
            double decay,
            double full,
            double r16,
            double r64,
            double r256) {
        List<String> conditions = List.of("full", "r16", "r64", "r256");
        List<Double> rates = List.of(full, r16, r64, r256);
        for (int i = 0; i < conditions.size(); i++) {
            JobSpec spec = spec(domain + "-" + conditions.get(i), "");
            Training training = spec.training();

            assertThat(spec.regime()).isEqualTo(regime);
            assertThat(training.sequenceLength()).isEqualTo(sequence);
            assertThat(training.batchSize()).isEqualTo(batch);
            assertThat(training.microBatchSize()).isEqualTo(micro);
            assertThat(training.learningRate()).isEqualTo(rates.get(i));
            assertThat(training.gradientClip()).isEqualTo(1);
            assertThat(training.precision()).isEqualTo(Precision.AMP_BF16);
            assertThat(training.optimizer())
                    .isEqualTo(new Optimizer.LionW(List.of(0.9, 0.95), decay, true));
            assertThat(training.schedule())
                    .isEqualTo(
                            regime == Regime.PRETRAINING
                                    ? new Schedule.InverseSquareRoot(1000, 1000, 5086, 1, 0)
                                    : new Schedule.Cosine(0.1, 0.01));
            if (i == 0) assertThat(spec.method()).isEqualTo(new Method.Full());
            else {
                int rank = Integer.parseInt(conditions.get(i).substring(1));
                assertThat(spec.method())
                        .isEqualTo(
                                Method.Lora.of(
                                        rank,
                                        2 * rank,
                                        0.05,
                                        TargetModules.ALL,
                                        Method.Variant.STANDARD));
            }
        }
        assertThat(Preset.all()).filteredOn(preset -> preset.kind() == Preset.Kind.JOB).hasSize(16);
    }

    @Test
    void aPresetOfExperimentsIsNoneOfJobs() {
        assertThatThrownBy(() -> spec("forgetting-gauntlet", ""))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageStartingWith(
                        "/preset 'forgetting-gauntlet' is no preset of jobs; there are code-cpt-full, ");
    }

    @Test
    void aSpecOverridesWhatItSays() {
        JobSpec spec =
                spec(
                        "code-ift-r16",
                        """
                        , "training": {"epochs": 2, "batch_size": 8, "micro_batch_size": 4,
                                       "optimizer": {"type": "adamw"}},
                          "method": {"type": "lora", "rank": 8}""");

        assertThat(spec.preset()).isEqualTo("code-ift-r16");
        assertThat(spec.training().batchSize()).isEqualTo(8);
        assertThat(spec.training().sequenceLength()).isEqualTo(4096);
        assertThat(spec.training().optimizer())
                .isEqualTo(new Optimizer.AdamW(List.of(0.9, 0.999), 1e-8, 0, true));
        assertThat(spec.method())
                .isEqualTo(Method.Lora.of(8, 32, 0.05, TargetModules.ALL, Method.Variant.STANDARD));
    }

    @Test
    void anUnknownPresetIsAFaultThatListsThem() {
        assertThatThrownBy(() -> spec("code-ift-r17", ""))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining("/preset")
                .hasMessageContaining("math-ift-r256");
    }

    private static JobSpec spec(String preset, String more) {
        String length = more.isEmpty() ? ", \"training\": {\"epochs\": 1}" : "";
        return JobRequest.of(
                        Binder.JSON.readTree(
                                """
                                {"experiment": "exp_1", "preset": "%s", "dataset": {"train": "code"}%s%s}"""
                                        .formatted(preset, length, more)))
                .spec();
    }
}
