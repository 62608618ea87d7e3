package dev.palimpsest.trainer;

import static dev.palimpsest.trainer.TinyAttempts.FULL;
import static dev.palimpsest.trainer.TinyAttempts.end;
import static dev.palimpsest.trainer.TinyAttempts.losses;
import static dev.palimpsest.trainer.TinyAttempts.saved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.trainer.Run.Measurement;
import dev.palimpsest.trainer.Run.Past;
import dev.palimpsest.trainer.TrainerEvent.Finished;
import dev.palimpsest.trainer.TrainerEvent.Guarded;
import dev.palimpsest.trainer.TrainerEvent.Metrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardedAttemptTests {
    /** So fast that the loss on other words soon rises. */
    private static final String TOO_FAST =
            """
            "max_steps": 6, "learning_rate": 5e-2, "optimizer": {"type": "lionw"},
            "schedule": {"type": "constant"}, "on_divergence": {"spike": 1000}""";

    private static final String GUARD =
            "{\"type\": \"validation_loss\", \"rises\": 1, \"action\": \"%s\"}";

    @TempDir Path folder;

    @Test
    void aRunEndsWhereItsValidationLossRises() throws Exception {
        List<TrainerEvent> events = attempts("stop", Past.NONE).toTheEnd("stopped");

        Guarded act = act(events);
        List<Measurement> measured = measured(events);
        List<Measurement> last = measured.subList(measured.size() - 2, measured.size());
        assertThat(act.step()).isBetween(2L, 5L);
        assertThat(act.values()).isEqualTo(last);
        assertThat(last.get(1).value()).isGreaterThan(last.get(0).value());
        assertThat(act.resultStep()).isEqualTo(act.step());
        assertThat(saved(events).getLast().step()).isEqualTo(act.step());
        assertThat(losses(events)).hasSize((int) act.step());
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        Finished.class,
                        finished -> assertThat(finished.steps()).isEqualTo(act.step()));
    }

    @Test
    void aRunThatWasKilledWhileItsGuardActedActsOnce() throws Exception {
        List<TrainerEvent> events = attempts("go_back", Past.NONE).toTheEnd("ended");
        Guarded act = act(events);
        Path last = Path.of(saved(events).getLast().folder());
        List<Measurement> measured = measured(events);
        List<Measurement> before = measured.subList(0, measured.size() - 1);

        // before the act was stored, with or without the numbers that made it
        List<TrainerEvent> again =
                attempts("go_back", new Past(before, 0, false)).toTheEnd("again", last);
        List<TrainerEvent> measuredAgain =
                attempts("go_back", new Past(measured, 0, false)).toTheEnd("measured", last);
        // and after
        List<TrainerEvent> after =
                attempts("go_back", new Past(measured, act.step(), true)).toTheEnd("after", last);

        assertThat(act.resultStep()).isEqualTo(act.step() - 1);
        assertThat(act(again)).usingRecursiveComparison().ignoringFields("at").isEqualTo(act);
        assertThat(act(measuredAgain))
                .usingRecursiveComparison()
                .ignoringFields("at")
                .isEqualTo(act);
        assertThat(after).noneMatch(Guarded.class::isInstance);
        for (List<TrainerEvent> resumed : List.of(again, measuredAgain, after)) {
            assertThat(losses(resumed)).isEmpty();
            assertThat(resumed.getLast()).isInstanceOf(Finished.class);
        }
    }

    @Test
    void aRunThatAGuardPausedGoesOnAsIfItHadNot() throws Exception {
        List<TrainerEvent> whole = new TinyAttempts(folder, FULL, TOO_FAST).toTheEnd("whole");
        List<TrainerEvent> events = attempts("pause", Past.NONE).toTheEnd("begun");
        List<Double> losses = new ArrayList<>(losses(events));
        List<Measurement> measured = new ArrayList<>(measured(events));
        int pauses = 0;

        while (!(events.getLast() instanceof Finished)) {
            Guarded act = act(events);
            assertThat(saved(events).getLast().step()).isEqualTo(act.step());
            Path last = Path.of(saved(events).getLast().folder());
            events =
                    attempts("pause", new Past(measured, act.step(), false))
                            .toTheEnd("resumed-" + pauses++, last);
            losses.addAll(losses(events));
            measured.addAll(measured(events));
        }

        assertThat(pauses).isPositive();
        assertThat(losses).isEqualTo(losses(whole));
        assertThat(end(events)).isEqualTo(end(whole));
    }

    private TinyAttempts attempts(String action, Past past) {
        return new TinyAttempts(folder, FULL, TOO_FAST).guarded(GUARD.formatted(action), past);
    }

    private static Guarded act(List<TrainerEvent> events) {
        List<TrainerEvent> acts = events.stream().filter(Guarded.class::isInstance).toList();
        assertThat(acts).hasSize(1);
        return (Guarded) acts.getFirst();
    }

    /** The losses on the words that are not trained on. */
    private static List<Measurement> measured(List<TrainerEvent> events) {
        List<Measurement> measured = new ArrayList<>();
        for (TrainerEvent event : events)
            if (event instanceof Metrics(var step, _, var values, _)
                    && values.containsKey(Past.VALIDATION_LOSS))
                measured.add(
                        new Measurement(
                                Past.VALIDATION_LOSS, step, values.get(Past.VALIDATION_LOSS)));
        return measured;
    }
}
