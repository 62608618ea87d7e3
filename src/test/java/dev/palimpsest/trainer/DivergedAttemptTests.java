package dev.palimpsest.trainer;

import static dev.palimpsest.trainer.TinyAttempts.FULL;
import static dev.palimpsest.trainer.TinyAttempts.LORA;
import static dev.palimpsest.trainer.TinyAttempts.MODEL;
import static dev.palimpsest.trainer.TinyAttempts.end;
import static dev.palimpsest.trainer.TinyAttempts.saved;
import static dev.palimpsest.trainer.TinyAttempts.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.model.Safetensors;
import dev.palimpsest.trainer.TrainerEvent.CheckpointSaved;
import dev.palimpsest.trainer.TrainerEvent.Metrics;
import dev.palimpsest.trainer.TrainerEvent.RolledBack;
import dev.palimpsest.training.Diverged;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

class DivergedAttemptTests {
    /** The rate rises until the loss leaps, soon after the first checkpoint. */
    private static final String TOO_FAST =
            """
            "max_steps": 24, "learning_rate": 10, "schedule": {"type": "constant", "warmup": 100},
            "optimizer": {"type": "lionw"}, "on_divergence": %s""";

    private static final String BACK =
            TOO_FAST.formatted("{\"action\": \"roll_back\", \"rate_factor\": 0.001}");

    @TempDir Path folder;

    @Test
    void aLeapOfTheLossFailsTheRunAtItsStepAndNamesTheLastGoodCheckpoint() {
        TinyAttempts attempts = new TinyAttempts(folder, FULL, TOO_FAST.formatted("{}"));

        assertThatThrownBy(() -> attempts.toTheEnd("whole"))
                .isInstanceOf(CannotGoOn.class)
                .hasMessageMatching(
                        "the loss leapt by .* to .* at step \\d+ with learning rate .*; the last good checkpoint is"
                                + " that of step \\d+\\. Try a lower learning rate, or training\\.on_divergence with"
                                + " the action roll_back");
    }

    @Test
    void aRunThatMayGoesBackAndOnWithALowerRate() throws Exception {
        TinyAttempts attempts = new TinyAttempts(folder, FULL, BACK);

        List<TrainerEvent> events = attempts.toTheEnd("whole");

        RolledBack back = rollback(events);
        int place = events.indexOf(back);
        Metrics diverging = (Metrics) lastMetricsOf(events.subList(0, place));
        Metrics next = (Metrics) events.get(place + 1);
        assertThat(events.get(place - 1))
                .isEqualTo(new TrainerEvent.Diverged(diverging.step() + 1));
        assertThat(back.step()).isPositive().isLessThan(diverging.step());
        assertThat(next.step()).isEqualTo(back.step() + 1);
        assertThat(next.values().get("train/learning_rate"))
                .isCloseTo(10 * back.step() / 100.0 * 0.001, within());
        assertThat(saved(events).getLast().step()).isEqualTo(24);
        assertThat(Path.of(saved(events).getLast().folder())).hasFileName("step-24-rollback-1");
    }

    @Test
    void aRunKilledAfterItWentBackEndsAsAnUndisturbedOne() throws Exception {
        TinyAttempts attempts = new TinyAttempts(folder, FULL, BACK);
        List<TrainerEvent> whole = attempts.toTheEnd("whole");
        RolledBack back = rollback(whole);
        int place = whole.indexOf(back);
        Path good = folder.resolve("begun/step-" + back.step());

        // ended three steps later, as if killed: what it saves when it is stopped is thrown away
        AtomicInteger looks = new AtomicInteger();
        List<TrainerEvent> begun =
                attempts.stopped(
                        "begun",
                        events ->
                                events.stream().anyMatch(RolledBack.class::isInstance)
                                        && looks.incrementAndGet() > 6);
        CheckpointSaved stopped = saved(begun).getLast();
        FileSystemUtils.deleteRecursively(Path.of(stopped.folder()));
        List<TrainerEvent> ended = attempts.toTheEnd("ended", good);

        assertThat(stopped.interim()).isTrue();
        assertThat(ended).noneMatch(RolledBack.class::isInstance);
        assertThat(measured(ended)).isEqualTo(measured(whole.subList(place, whole.size())));
        assertThat(end(ended)).isEqualTo(end(whole));

        // and one that was killed before it went back goes back again
        Files.delete(good.resolve("state/rolled-back-1"));
        List<TrainerEvent> again = attempts.toTheEnd("again", good);
        assertThat(rollback(again)).isEqualTo(back);
        assertThat(end(again)).isEqualTo(end(whole));
    }

    @Test
    void aRunGoesBackNoOftenerThanItMay() {
        TinyAttempts attempts =
                new TinyAttempts(
                        folder,
                        FULL,
                        TOO_FAST.formatted(
                                "{\"action\": \"roll_back\", \"rate_factor\": 1.0, \"most\": 2}"));

        assertThatThrownBy(() -> attempts.toTheEnd("whole"))
                .isInstanceOf(CannotGoOn.class)
                .hasMessageContaining("after 2 rollbacks; the last good checkpoint is");
    }

    @Test
    void aLossThatIsNoNumberIsNoticedAtItsStep() throws Exception {
        Path broken = Files.createDirectory(folder.resolve("broken"));
        try (Stream<Path> files = Files.list(MODEL)) {
            for (Path file : files.toList()) Files.copy(file, broken.resolve(file.getFileName()));
        }
        spoil(broken.resolve("model.safetensors"), "model.norm.weight");
        TinyAttempts attempts =
                new TinyAttempts(
                        folder, broken, LORA, "\"max_steps\": 10, \"learning_rate\": 1e-2");

        assertThatThrownBy(() -> attempts.toTheEnd("whole"))
                .isInstanceOf(CannotGoOn.class)
                .hasCauseInstanceOf(Diverged.class)
                .hasMessageStartingWith("the loss became NaN at step 1 with learning rate")
                .hasMessageContaining("there is no good checkpoint before it");
        assertThat(folder.resolve("whole")).isEmptyDirectory();
    }

    private static RolledBack rollback(List<TrainerEvent> events) {
        List<RolledBack> all =
                events.stream()
                        .filter(RolledBack.class::isInstance)
                        .map(RolledBack.class::cast)
                        .toList();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private static TrainerEvent lastMetricsOf(List<TrainerEvent> events) {
        return events.stream().filter(Metrics.class::isInstance).toList().getLast();
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.api.Assertions.within(1e-9);
    }

    /** Losses, rates and norms by step. */
    private static SortedMap<Long, List<Double>> measured(List<TrainerEvent> events) {
        SortedMap<Long, List<Double>> measured = new TreeMap<>();
        for (TrainerEvent event : events)
            if (event instanceof Metrics(var step, _, var values, _)) {
                List<Double> three = new ArrayList<>();
                for (String key : List.of("loss", "learning_rate", "gradient_norm"))
                    three.add(values.get("train/" + key));
                measured.put(step, three);
            }
        assertThat(values(events, "train/loss")).hasSize(measured.size());
        return measured;
    }

    /** Makes the first number of a tensor none. */
    private static void spoil(Path file, String tensor) throws Exception {
        Safetensors numbers = Safetensors.open(file);
        ByteBuffer nan = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        nan.putFloat(0, Float.NaN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(nan, numbers.dataStart() + numbers.entries().get(tensor).begin());
        }
    }
}
