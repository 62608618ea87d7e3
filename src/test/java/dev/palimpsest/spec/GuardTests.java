package dev.palimpsest.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class GuardTests {
    private static final String SPEC =
            """
            {"experiment": "exp_1", "dataset": {"train": "words", "validation": %s},
             "method": {"type": "full"}, "training": {%s, "learning_rate": 1e-3},
             "evaluation": {"at": {%s}, "by": "%s"}, "guards": [%s]}
            """;

    private static final String FORGETTING = "{\"type\": \"forgetting\", \"above\": 0.05}";
    private static final String LOSS = "{\"type\": \"validation_loss\", \"rises\": %d}";

    private static final String STEPS = "\"max_steps\": 100";
    private static final String EPOCHS = "\"epochs\": 2";

    @Test
    void aGuardStopsTheRunUnlessItSaysOtherwise() {
        JobSpec spec =
                bound(
                        "\"other\"",
                        STEPS,
                        "\"every_steps\": 10",
                        "trainer",
                        FORGETTING,
                        "{\"type\": \"validation_loss\", \"rises\": 3, \"action\": \"go_back\"}");

        assertThat(spec.guards())
                .containsExactly(
                        new Guard.Forgetting(0.05, Guard.Action.STOP),
                        new Guard.ValidationLoss(3, Guard.Action.GO_BACK));
        assertThat(Binder.bind(Binder.JSON.writeValueAsString(spec), JobSpec.class))
                .isEqualTo(spec);
        assertThat(spec.named("other").under(Convention.GAUNTLET).guards())
                .isEqualTo(spec.guards());
    }

    @Test
    void whatIsNoBoundIsRefusedUnderItsPointer() {
        assertThat(
                        faults(
                                "\"other\"",
                                STEPS,
                                "\"every_steps\": 10",
                                "trainer",
                                "{\"type\": \"forgetting\", \"above\": -1}",
                                "{\"type\": \"validation_loss\", \"rises\": 0}",
                                "{\"type\": \"forgetting\", \"above\": 1, \"action\": \"pray\"}",
                                "{\"type\": \"luck\"}"))
                .extracting(Fault::pointer)
                .containsExactly(
                        "/guards/0/above", "/guards/1/rises", "/guards/2/action", "/guards/3/type");
    }

    @Test
    void aGuardThatCanNeverActIsRefused() {
        assertThat(faults("null", STEPS, "\"every_steps\": 10", "trainer", LOSS.formatted(1)))
                .containsExactly(
                        new Fault(
                                "/guards/0",
                                "can never act: it watches the loss on dataset.validation, which is not given"));
        assertThat(faults("null", STEPS, "\"every_steps\": 10", "worker", FORGETTING))
                .containsExactly(
                        new Fault(
                                "/guards/0",
                                "watches forgetting, which a worker measures while the run goes on: set"
                                        + " evaluation.by to trainer"));
        assertThat(faults("\"other\"", STEPS, "", "trainer", FORGETTING, LOSS.formatted(1)))
                .containsExactly(tooFew(0, 1, 0), tooFew(1, 1, 0));
        assertThat(
                        faults(
                                "\"other\"",
                                STEPS,
                                "\"every_steps\": 33",
                                "trainer",
                                LOSS.formatted(3),
                                LOSS.formatted(4)))
                .containsExactly(tooFew(1, 4, 3));
        assertThat(
                        faults(
                                "\"other\"",
                                EPOCHS,
                                "\"epochs\": [0.5, 0.5, 1, 2]",
                                "trainer",
                                LOSS.formatted(2),
                                LOSS.formatted(3)))
                .containsExactly(tooFew(1, 3, 2));
    }

    @Test
    void whatOnlyTheDatasetTellsIsNoFault() {
        JobSpec spec =
                bound("\"other\"", EPOCHS, "\"every_steps\": 10", "worker", LOSS.formatted(900));

        assertThat(spec.guards()).hasSize(1);
    }

    private static Fault tooFew(int guard, int takes, int has) {
        return new Fault(
                "/guards/" + guard,
                "can never act: it takes %d points before the end of the run, and evaluation.at has %d"
                        .formatted(takes, has));
    }

    private static List<Fault> faults(
            String validation, String length, String at, String by, String... guards) {
        return catchThrowableOfType(
                        InvalidSpec.class, () -> bound(validation, length, at, by, guards))
                .faults();
    }

    private static JobSpec bound(
            String validation, String length, String at, String by, String... guards) {
        return Binder.bind(
                SPEC.formatted(validation, length, at, by, String.join(", ", guards)),
                JobSpec.class);
    }
}
