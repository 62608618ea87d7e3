package dev.palimpsest.trainer;

import static dev.palimpsest.trainer.TinyAttempts.FULL;
import static dev.palimpsest.trainer.TinyAttempts.LORA;
import static dev.palimpsest.trainer.TinyAttempts.losses;
import static dev.palimpsest.trainer.TinyAttempts.saved;
import static dev.palimpsest.trainer.TinyAttempts.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.trainer.TrainerEvent.CheckpointSaved;
import dev.palimpsest.training.Checkpoint.Damaged;
import dev.palimpsest.training.Checkpoint.SavedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trunks of twelve steps, of which the eighth of 30 documents in batches of 4 ends an epoch. */
class BranchedAttemptTests {
    private static final String UP =
            """
            "max_steps": %d, "learning_rate": 1e-2, "attention_dropout": 0.1,
            "schedule": {"type": "inverse_square_root", "warmup": 2, "cooldown": %d, "floor": 1.0}""";

    private static final String BRANCH = ", \"branch\": {\"job\": \"job_0\", \"cooldown\": 0.2}";

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {LORA, FULL})
    void aBranchIsARunThatWasNeverCutAndItsFirstStepIsItsTrunksNext(String method)
            throws Exception {
        List<TrainerEvent> trunk = attempts(method, 12, 0).toTheEnd("trunk");
        List<TrainerEvent> uncut = attempts(method, 10, 2).toTheEnd("uncut");

        List<TrainerEvent> branch = branched(method, 10, at(trunk, 8), "branch");

        for (String key : List.of("train/loss", "train/gradient_norm", "train/learning_rate"))
            assertThat(values(branch, key).getFirst()).isEqualTo(values(trunk, key).get(8));
        assertThat(values(branch, "train/learning_rate")).containsExactly(1e-2, 0.5e-2);
        assertThat(losses(branch)).isEqualTo(losses(uncut).subList(8, 10));
        assertThat(values(branch, "train/tokens"))
                .isEqualTo(values(uncut, "train/tokens").subList(8, 10));
        assertThat(weights(branch)).isEqualTo(weights(uncut));
    }

    @Test
    void aBranchThatWasCutGoesOnFromItsOwnCheckpointWithTheSameDigits() throws Exception {
        List<TrainerEvent> trunk = attempts(LORA, 12, 0).toTheEnd("trunk");
        List<TrainerEvent> whole = branched(LORA, 5, at(trunk, 4), "whole");
        List<TrainerEvent> longer = branched(LORA, 14, at(trunk, 8), "longer");

        List<TrainerEvent> rest =
                branched(LORA, 14, at(trunk, 8), "rest", Path.of(at(longer, 12).folder()));

        assertThat(losses(whole)).hasSize(1);
        assertThat(losses(longer)).hasSize(6);
        assertThat(losses(rest)).isEqualTo(losses(longer).subList(4, 6));
        assertThat(TinyAttempts.end(rest)).isEqualTo(TinyAttempts.end(longer));
    }

    @Test
    void whereTheTrunkIsLeftNothingIsWrittenEvenByABranchThatGoesBackThere() throws Exception {
        List<TrainerEvent> trunk = attempts(FULL, 12, 0).toTheEnd("trunk");
        CheckpointSaved left = at(trunk, 8);
        List<String> before = files(left);
        TinyAttempts leaps =
                new TinyAttempts(
                        folder,
                        FULL + BRANCH,
                        UP.formatted(20, 0).replace("1e-2", "10")
                                + ", \"on_divergence\": {\"action\": \"roll_back\", \"most\": 1}");

        assertThatThrownBy(() -> leaps.branched("leaps", new Run.Trunk(left.folder(), 8, 12)))
                .isInstanceOf(CannotGoOn.class)
                .hasMessageContaining("the last good checkpoint is that of step 8");

        assertThat(files(left)).isEqualTo(before);
    }

    @Test
    void aTrunkWhoseRateFallsOrThatIsAnotherCourseIsRefused() throws Exception {
        List<TrainerEvent> falls = attempts(LORA, 12, 6).toTheEnd("falls");

        assertThatThrownBy(
                        () ->
                                new TinyAttempts(folder, LORA + BRANCH, UP.formatted(10, 6))
                                        .branched("a", new Run.Trunk(at(falls, 8).folder(), 8, 12)))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("falls after step 6")
                .hasMessageContaining("inverse_square_root with cooldown 0");
        assertThatThrownBy(() -> branched(LORA, 8, at(falls, 8), "b"))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("leaves nothing to cool over");
        assertThatThrownBy(
                        () ->
                                new TinyAttempts(folder, LORA + BRANCH, UP.formatted(10, 0))
                                        .branched("c", new Run.Trunk(at(falls, 8).folder(), 8, 13)))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("its dataset or spec has changed since");
    }

    @Test
    void aPointInTokensIsTheLastStepThatDoesNotPassItAndIsKeptWhole() throws Exception {
        List<TrainerEvent> first = attempts(LORA, 12, 0).toTheEnd("first");
        List<Double> tokens = values(first, "train/tokens");
        long exact = tokens.get(4).longValue();
        long between = tokens.get(6).longValue() - 1;

        List<TrainerEvent> run =
                attempts(
                                LORA
                                        + ", \"checkpoints\": {\"at\": {\"tokens\": [%d, %d, 1], \"epochs\": [1.1]}}"
                                                .formatted(exact, between),
                                12,
                                0)
                        .withoutPlan()
                        .toTheEnd("run");

        assertThat(saved(run).stream().filter(CheckpointSaved::whole).toList())
                .extracting(CheckpointSaved::step)
                .containsExactly(5L, 6L, 8L);
        assertThat(saved(run).getFirst().tokens()).isEqualTo(exact);
        assertThat(((TrainerEvent.Started) run.getFirst()).warnings())
                .contains(
                        "a checkpoint was asked for before the first step's end, where there is none");
    }

    private TinyAttempts attempts(String method, int steps, int cooldown) {
        return new TinyAttempts(folder, method, UP.formatted(steps, cooldown));
    }

    private List<TrainerEvent> branched(
            String method, int steps, CheckpointSaved left, String name, Path... newestFirst)
            throws Damaged, IOException {
        return attempts(method + BRANCH, steps, 0)
                .branched(name, new Run.Trunk(left.folder(), left.step(), 12), newestFirst);
    }

    private static CheckpointSaved at(List<TrainerEvent> events, long step) {
        return saved(events).stream().filter(one -> one.step() == step).findFirst().orElseThrow();
    }

    /** With the optimizer's state, but without the course, which is a branch's own. */
    private static List<SavedFile> weights(List<TrainerEvent> events) {
        Set<String> course = Set.of("state/trainer.json", "state/sha256sums");
        return TinyAttempts.end(events).stream()
                .filter(file -> !course.contains(file.path()))
                .filter(file -> !file.path().contains("sum"))
                .toList();
    }

    private static List<String> files(CheckpointSaved left) throws IOException {
        try (var all = Files.walk(Path.of(left.folder()))) {
            return all.map(Path::toString).sorted().toList();
        }
    }
}
