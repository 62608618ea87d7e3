package dev.palimpsest.trainer;

import static dev.palimpsest.trainer.TinyAttempts.FULL;
import static dev.palimpsest.trainer.TinyAttempts.LORA;
import static dev.palimpsest.trainer.TinyAttempts.TEN_STEPS;
import static dev.palimpsest.trainer.TinyAttempts.losses;
import static dev.palimpsest.trainer.TinyAttempts.saved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.trainer.TrainerEvent.CheckpointSaved;
import dev.palimpsest.training.Checkpoint.SavedFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps have two micro-batches, checkpoints are written after the fourth and the eighth. */
class SavingAttemptTests {
    private static final String PISSA =
            "{\"type\": \"lora\", \"rank\": 4, \"alpha\": 4, \"variant\": \"pissa\"}";

    @TempDir Path folder;

    @Test
    void theNextStepsPassesRunBeforeACheckpointIsToldAndItsUpdateAfter() throws Exception {
        List<String> seen = new ArrayList<>();

        new TinyAttempts(folder, FULL, TEN_STEPS)
                .stopped(
                        "run",
                        events -> {
                            seen.add(losses(events).size() + " steps, " + saved(events).size());
                            return false;
                        });

        assertThat(seen)
                .containsSubsequence(
                        "3 steps, 0",
                        "4 steps, 0",
                        "4 steps, 0",
                        "5 steps, 1",
                        "5 steps, 1",
                        "8 steps, 1",
                        "8 steps, 1",
                        "9 steps, 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {FULL, LORA, PISSA})
    void aCheckpointHoldsTheWeightsOfItsStepAlthoughTheRunWentOn(String method) throws Exception {
        TinyAttempts attempts = new TinyAttempts(folder, method, TEN_STEPS);
        List<SavedFile> wentOn = saved(attempts.toTheEnd("whole")).getFirst().files();

        List<SavedFile> ended =
                saved(attempts.stopped("begun", events -> losses(events).size() == 4))
                        .getFirst()
                        .files();

        assertThat(wentOn).isEqualTo(ended);
    }

    @Test
    void aRunStoppedWhileACheckpointIsWrittenTellsItOnce() throws Exception {
        List<TrainerEvent> events =
                new TinyAttempts(folder, LORA, TEN_STEPS)
                        .stopped("begun", told -> losses(told).size() == 4);

        assertThat(saved(events))
                .singleElement()
                .returns(4L, CheckpointSaved::step)
                .returns(false, CheckpointSaved::interim);
    }
}
