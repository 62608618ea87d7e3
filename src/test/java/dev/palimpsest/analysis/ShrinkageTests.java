package dev.palimpsest.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Training;
import org.junit.jupiter.api.Test;

class ShrinkageTests {
    /** Of 3088 steps the decay is in force for 0.05 * 3088 and for 0.9 * 3088 * 0.505. */
    @Test
    void thePapersDecayTakesASeventhOfTheWeightsInSixteenEpochs() {
        Shrinkage strong = Shrinkage.of(lion(1e-4), 3088).orElseThrow();
        Shrinkage weak = Shrinkage.of(lion(5e-5), 3088).orElseThrow();
        Shrinkage shorter = Shrinkage.of(lion(1e-4), 1544).orElseThrow();

        assertThat(strong.shrinks()).isCloseTo(0.144, within(0.001));
        assertThat(weak.shrinks()).isCloseTo(0.075, within(0.001));
        assertThat(shorter.shrinks()).isCloseTo(0.075, within(0.001));
        assertThat(strong.words())
                .startsWith("fully decoupled as in the paper's LionW")
                .endsWith("by itself it shrinks weights by 14.43 % over 3088 steps");
    }

    @Test
    void adamsDecayIsTimesTheRate() {
        Training training =
                training(
                        "{\"type\": \"adamw\", \"weight_decay\": 0.1}", "{\"type\": \"constant\"}");

        Shrinkage shrinkage = Shrinkage.of(training, 2).orElseThrow();

        assertThat(shrinkage.shrinks()).isCloseTo(1 - 0.999 * 0.999, within(1e-12));
        assertThat(shrinkage.words()).startsWith("decoupled as in torch.optim.AdamW");
    }

    @Test
    void withoutDecayNothingShrinks() {
        assertThat(Shrinkage.of(lion(0), 100)).isEmpty();
    }

    private static Training lion(double decay) {
        return training(
                "{\"type\": \"lionw\", \"weight_decay\": %s}".formatted(decay),
                "{\"type\": \"cosine\"}");
    }

    private static Training training(String optimizer, String schedule) {
        return Binder.bind(
                "{\"max_steps\": 10, \"learning_rate\": 1e-2, \"optimizer\": %s, \"schedule\": %s}"
                        .formatted(optimizer, schedule),
                Training.class);
    }
}
