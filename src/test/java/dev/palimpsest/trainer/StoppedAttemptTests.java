package dev.palimpsest.trainer;

import static dev.palimpsest.trainer.TinyAttempts.FULL;
import static dev.palimpsest.trainer.TinyAttempts.LORA;
import static dev.palimpsest.trainer.TinyAttempts.TEN_STEPS;
import static dev.palimpsest.trainer.TinyAttempts.end;
import static dev.palimpsest.trainer.TinyAttempts.losses;
import static dev.palimpsest.trainer.TinyAttempts.saved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.palimpsest.trainer.TrainerEvent.CheckpointSaved;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StoppedAttemptTests {
    @TempDir Path folder;

    /** All with dropout and with gradients accumulated over two micro-batches. */
    static Stream<Arguments> recipes() {
        List<Arguments> recipes = new ArrayList<>();
        for (String method : List.of(LORA, FULL))
            for (String optimizer : List.of("adamw", "lionw"))
                for (boolean packing : List.of(true, false))
                    recipes.add(
                            arguments(
                                    method,
                                    """
                                    %s, "attention_dropout": 0.1, "packing": %s,
                                    "optimizer": {"type": "%s", "weight_decay": 1e-3}"""
                                            .formatted(TEN_STEPS, packing, optimizer)));
        return recipes.stream();
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void aRunStoppedInTheMiddleOfAStepGoesOnWithTheSameDigits(String method, String training)
            throws Exception {
        TinyAttempts attempts = new TinyAttempts(folder, method, training);
        List<TrainerEvent> whole = attempts.toTheEnd("whole");

        List<TrainerEvent> begun = attempts.stopped("begun", betweenMicroBatchesAfter(6));

        assertThat(losses(begun)).isEqualTo(losses(whole).subList(0, 6));
        CheckpointSaved left = saved(begun).getLast();
        assertThat(left.step()).isEqualTo(6);
        assertThat(left.interim()).isTrue();
        List<TrainerEvent> ended = attempts.toTheEnd("ended", Path.of(left.folder()));
        assertThat(losses(ended)).isEqualTo(losses(whole).subList(6, 10));
        assertThat(end(ended)).isEqualTo(end(whole));
    }

    @Test
    void aRunStoppedAtEveryStepGoesOnWithTheSameDigits() throws Exception {
        TinyAttempts attempts = new TinyAttempts(folder, LORA, TEN_STEPS);
        List<TrainerEvent> whole = attempts.toTheEnd("whole");
        List<Double> losses = new ArrayList<>();
        List<TrainerEvent> last = attempts.stopped("part-0", betweenMicroBatchesAfter(1));
        losses.addAll(losses(last));

        for (int part = 1; !(last.getLast() instanceof TrainerEvent.Finished); part++) {
            Path left = Path.of(saved(last).getLast().folder());
            last = attempts.stopped("part-" + part, betweenMicroBatchesAfter(1), left);
            losses.addAll(losses(last));
        }

        assertThat(losses).isEqualTo(losses(whole));
        assertThat(end(last)).isEqualTo(end(whole));
    }

    @Test
    void aRunStoppedBeforeItsFirstStepSavesNothing() throws Exception {
        List<TrainerEvent> events =
                new TinyAttempts(folder, FULL, TEN_STEPS).stopped("begun", _ -> true);

        assertThat(saved(events)).isEmpty();
    }

    /** At the second look after so many steps. */
    private static Predicate<List<TrainerEvent>> betweenMicroBatchesAfter(int steps) {
        AtomicInteger looks = new AtomicInteger();
        return events -> losses(events).size() >= steps && looks.incrementAndGet() > 1;
    }
}
