package dev.palimpsest.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Guard;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.trainer.Guards.Act;
import dev.palimpsest.trainer.Run.Measurement;
import dev.palimpsest.trainer.Run.Past;
import dev.palimpsest.training.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GuardsTests {
    private static final String LOSS = "validation/loss";

    @Test
    void whatIsForgottenMayReachTheBoundAndNotPassIt() {
        Guards guards = guards("{\"type\": \"forgetting\", \"above\": 0.05}");

        assertThat(guards.judge(100, Map.of("forgetting", 0.05))).isEmpty();
        Act act = guards.judge(200, Map.of("forgetting", 0.0625)).orElseThrow();

        assertThat(act.values()).containsExactly(new Measurement("forgetting", 200, 0.0625));
        assertThat(act.resultStep()).isEqualTo(200);
        assertThat(act.words())
                .isEqualTo(
                        "forgetting was 0.0625 at step 200, above the guard's 0.05; the run was stopped");
        assertThat(guards.endAt(200)).isTrue();
    }

    @Test
    void aLossThatFallsBetweenBeginsAnew() {
        Guards guards = guards("{\"type\": \"validation_loss\", \"rises\": 2}");

        List<Optional<Act>> acts = new ArrayList<>();
        double[] losses = {3, 3.5, 3.5, 3.75, 3.5, 3.75, 4};
        for (int i = 0; i < losses.length; i++)
            acts.add(guards.judge(10L * i, Map.of(LOSS, losses[i])));

        assertThat(acts.subList(0, 6)).allMatch(Optional::isEmpty);
        Act act = acts.getLast().orElseThrow();
        assertThat(act.values())
                .containsExactly(
                        new Measurement(LOSS, 40, 3.5),
                        new Measurement(LOSS, 50, 3.75),
                        new Measurement(LOSS, 60, 4));
        assertThat(act.words())
                .isEqualTo(
                        "the validation loss rose 2 times in a row, from 3.5000 at step 40 to 4.0000 at step 60;"
                                + " the run was stopped");
    }

    @Test
    void whoGoesBackGoesToTheLastCheckpointBeforeTheBoundWasBroken() {
        Guards loss =
                guards("{\"type\": \"validation_loss\", \"rises\": 2, \"action\": \"go_back\"}");
        loss.judge(0, Map.of(LOSS, 5.0));
        loss.judge(100, Map.of(LOSS, 4.0));
        loss.judge(200, Map.of(LOSS, 4.5));
        Act risen = loss.judge(300, Map.of(LOSS, 5.0)).orElseThrow();

        Guards forgetting =
                guards("{\"type\": \"forgetting\", \"above\": 0.05, \"action\": \"go_back\"}");
        forgetting.judge(100, Map.of("forgetting", 0.02));
        Act forgotten = forgetting.judge(200, Map.of("forgetting", 0.06)).orElseThrow();

        Guards atOnce =
                guards("{\"type\": \"forgetting\", \"above\": 0.05, \"action\": \"go_back\"}");
        Act first = atOnce.judge(100, Map.of("forgetting", 0.06)).orElseThrow();

        assertThat(risen.resultStep()).isEqualTo(100);
        assertThat(risen.words())
                .endsWith("; the run has ended, and its result is the checkpoint of step 100");
        assertThat(forgotten.resultStep()).isEqualTo(100);
        assertThat(first.resultStep()).isNull();
        assertThat(first.words())
                .endsWith("; the run has ended, with no good checkpoint to go back to");
    }

    @Test
    void ofSeveralTheOneThatGoesFurthestActs() {
        Guards guards =
                guards(
                        "{\"type\": \"forgetting\", \"above\": 0.02, \"action\": \"pause\"}",
                        "{\"type\": \"forgetting\", \"above\": 0.05, \"action\": \"stop\"}");

        Act mild = guards.judge(100, Map.of("forgetting", 0.03)).orElseThrow();
        Act hard = guards.judge(200, Map.of("forgetting", 0.07)).orElseThrow();

        assertThat(mild.guard().action()).isEqualTo(Guard.Action.PAUSE);
        assertThat(mild.words()).endsWith("above the guard's 0.02; the run was paused");
        assertThat(mild.resultStep()).isNull();
        assertThat(hard.words()).contains("above the guard's 0.05");
    }

    @Test
    void theSameMeasurementIsJudgedOnceAndTheNextOneAgain() {
        String pause = "{\"type\": \"forgetting\", \"above\": 0.02, \"action\": \"pause\"}";
        Guards resumed =
                guards(
                        new Past(List.of(new Measurement("forgetting", 100, 0.03)), 100, false),
                        pause);

        assertThat(resumed.judge(100, Map.of("forgetting", 0.03))).isEmpty();
        assertThat(resumed.endAt(100)).isFalse();
        assertThat(resumed.judge(200, Map.of("forgetting", 0.03))).isPresent();
    }

    @Test
    void whatEarlierAttemptsMeasuredCounts() {
        String loss = "{\"type\": \"validation_loss\", \"rises\": 2, \"action\": \"stop\"}";
        List<Measurement> measured =
                List.of(new Measurement(LOSS, 100, 3.0), new Measurement(LOSS, 200, 3.5));
        Guards ended = guards(new Past(measured, 200, true), loss);

        Act act =
                guards(new Past(measured, 0, false), loss)
                        .judge(300, Map.of(LOSS, 4.0))
                        .orElseThrow();

        assertThat(act.values()).extracting(Measurement::step).containsExactly(100L, 200L, 300L);
        assertThat(ended.endAt(100)).isFalse();
        assertThat(ended.endAt(200)).isTrue();
    }

    @Test
    void whatWasMeasuredBeyondTheStepThatARunWentBackToIsForgotten() {
        Guards guards =
                guards("{\"type\": \"validation_loss\", \"rises\": 1, \"action\": \"pause\"}");
        guards.judge(100, Map.of(LOSS, 3.0));
        guards.judge(200, Map.of(LOSS, 4.0)).orElseThrow();

        guards.forgetAfter(100);

        Act again = guards.judge(200, Map.of(LOSS, 3.5)).orElseThrow();
        assertThat(again.values())
                .containsExactly(new Measurement(LOSS, 100, 3.0), new Measurement(LOSS, 200, 3.5));
    }

    @Test
    void aNumberThatIsNoneBreaksNoBound() {
        Guards guards =
                guards(
                        "{\"type\": \"validation_loss\", \"rises\": 1}",
                        "{\"type\": \"forgetting\", \"above\": 0.02}");
        guards.judge(100, Map.of(LOSS, 3.0, "forgetting", Double.NaN));

        assertThat(guards.judge(200, Map.of(LOSS, Double.NaN, "forgetting", Double.NaN))).isEmpty();
        assertThat(guards.judge(300, Map.of(LOSS, 3.0))).isEmpty();
    }

    @Test
    void atTheEndThereIsOnlyToGoBack() {
        String guard = "{\"type\": \"forgetting\", \"above\": 0.02, \"action\": \"%s\"}";
        Guards back = guards(guard.formatted("go_back"));
        back.judge(300, Map.of("forgetting", 0.01));

        assertThat(guards(guard.formatted("stop")).judge(400, Map.of("forgetting", 0.03)))
                .isEmpty();
        assertThat(back.judge(400, Map.of("forgetting", 0.03)).orElseThrow().resultStep())
                .isEqualTo(300);
    }

    @Test
    void whatTheDatasetLeavesNoRoomForIsWarnedOf() {
        Guards guards =
                guards(
                        "{\"type\": \"validation_loss\", \"rises\": 3}",
                        "{\"type\": \"validation_loss\", \"rises\": 4}");

        assertThat(guards.warnings())
                .containsExactly(
                        "guard 2 can never act: it takes 4 points before the end of the run, which has 3");
    }

    private static Guards guards(String... guards) {
        return guards(Past.NONE, guards);
    }

    /** Over 400 steps, an evaluation after each hundred, which the spec alone does not tell. */
    private static Guards guards(Past past, String... guards) {
        JobSpec spec =
                Binder.bind(
                        """
                        {"experiment": "exp_1", "dataset": {"train": "words", "validation": "other"},
                         "method": {"type": "full"}, "training": {"epochs": 4, "learning_rate": 1e-3},
                         "evaluation": {"at": {"every_steps": 100}}, "guards": [%s]}
                        """
                                .formatted(String.join(", ", guards)),
                        JobSpec.class);
        Run run =
                new Run(
                        "job_1",
                        1,
                        spec,
                        "model",
                        new Run.Data("words.jsonl", "text"),
                        null,
                        List.of(),
                        "folder",
                        List.of(),
                        null,
                        List.of(),
                        Map.of(),
                        1,
                        "cpu",
                        past,
                        null,
                        null);
        Plan plan =
                new Plan(
                        400,
                        100,
                        spec.training().schedule(),
                        null,
                        new TreeSet<>(List.of(100L, 200L, 300L, 400L)),
                        new TreeSet<>(),
                        0,
                        List.of());
        return new Guards(run, plan);
    }
}
