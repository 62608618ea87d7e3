package dev.palimpsest.trainer;

import static dev.palimpsest.trainer.TinyAttempts.FULL;
import static dev.palimpsest.trainer.TinyAttempts.TEN_STEPS;
import static dev.palimpsest.trainer.TinyAttempts.end;
import static dev.palimpsest.trainer.TinyAttempts.events;
import static dev.palimpsest.trainer.TinyAttempts.losses;
import static dev.palimpsest.trainer.TinyAttempts.saved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.training.Checkpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DamagedCheckpointTests {
    private static final int TOO_LITTLE = 200_000; // bytes, of 400,000 of weights

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flipped | model.safetensors           | has another SHA-256 than was written",
                "flipped | config.json                 | has another SHA-256 than was written",
                "flipped | state/optimizer.safetensors | has another SHA-256 than was written",
                "cut     | model.safetensors           | has 214668 bytes of 429336",
                "cut     | state/sums.json             | is no JSON",
                "cut     | state/trainer.json          | is of another version or no JSON",
                "gone    | state/optimizer.safetensors | is missing",
                "gone    | state/sums.json             | is missing"
            })
    void aDamagedCheckpointIsNamedAndTheOneBeforeItUsed(String how, String file, String what)
            throws Exception {
        TinyAttempts attempts = new TinyAttempts(folder, FULL, TEN_STEPS);
        List<TrainerEvent> whole = attempts.toTheEnd("whole");
        Path damaged = folder.resolve("whole/step-8");
        damage(how, damaged.resolve(file));
        Map<String, String> before = contents(folder.resolve("whole"));

        List<TrainerEvent> events =
                attempts.toTheEnd("resumed", damaged, folder.resolve("whole/step-4"));

        TrainerEvent.Started started = (TrainerEvent.Started) events.getFirst();
        assertThat(started.step()).isEqualTo(4);
        assertThat(started.warnings())
                .contains(
                        "the checkpoint %s is damaged: %s %s; it was passed over"
                                .formatted(damaged, file, what));
        assertThat(losses(events)).isEqualTo(losses(whole).subList(4, 10));
        assertThat(end(events)).isEqualTo(end(whole));
        assertThat(contents(folder.resolve("whole"))).isEqualTo(before);
    }

    @Test
    void withNoGoodCheckpointARunBeginsAnew() throws Exception {
        TinyAttempts attempts = new TinyAttempts(folder, FULL, TEN_STEPS);
        List<TrainerEvent> whole = attempts.toTheEnd("whole");
        damage("flipped", folder.resolve("whole/step-4/model.safetensors"));

        List<TrainerEvent> events =
                attempts.toTheEnd("anew", folder.resolve("whole/step-4"), folder.resolve("gone"));

        assertThat(((TrainerEvent.Started) events.getFirst()).warnings()).hasSizeGreaterThan(1);
        assertThat(losses(events)).isEqualTo(losses(whole));
    }

    @Test
    void aCheckpointOfAnotherCourseIsRefused() throws Exception {
        new TinyAttempts(folder, FULL, TEN_STEPS).toTheEnd("whole");
        TinyAttempts longer =
                new TinyAttempts(folder, FULL, "\"max_steps\": 20, \"learning_rate\": 1e-2");

        assertThatThrownBy(() -> longer.toTheEnd("longer", folder.resolve("whole/step-4")))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("has seed 17 and 10 steps, 8 an epoch")
                .hasMessageContaining("this run has seed 17 and 20 steps, 8 an epoch");
    }

    /**
     * A trainer whose files may not grow beyond a size (RLIMIT_FSIZE) gets of its writes what a
     * full disk gives it: some bytes, then an error.
     */
    @Test
    void aCheckpointForWhichThereIsNoRoomEndsTheRunAndNothingElse() throws Exception {
        TinyAttempts attempts = new TinyAttempts(folder, FULL, TEN_STEPS);
        List<TrainerEvent> whole = attempts.toTheEnd("whole");
        Path good = folder.resolve("whole/step-4");
        Map<String, String> before = contents(good);
        Path file = folder.resolve("run.json");
        Files.writeString(file, Binder.JSON.writeValueAsString(attempts.run("cramped", good)));

        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        Process trainer = trainer(file);
        trainer.getInputStream().transferTo(lines);

        assertThat(trainer.waitFor()).isEqualTo(1);
        TrainerEvent.Failed failed = (TrainerEvent.Failed) events(lines).getLast();
        assertThat(failed.reason())
                .startsWith(
                        "the checkpoint %s could not be written: File too large"
                                .formatted(folder.resolve("cramped/step-8")));
        assertThat(saved(events(lines))).isEmpty();
        assertThat(folder.resolve("cramped")).isEmptyDirectory();
        assertThat(contents(good)).isEqualTo(before);
        new Checkpoint(good).verify();
        assertThat(end(attempts.toTheEnd("roomy", good))).isEqualTo(end(whole));
    }

    private static Process trainer(Path run) throws IOException {
        int blocks = TOO_LITTLE / 512;
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -f %d; exec \"$@\"".formatted(blocks),
                        "sh",
                        java,
                        "-XX:-UsePerfData",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.palimpsest.Palimpsest",
                        "trainer",
                        run.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void damage(String how, Path file) throws IOException {
        switch (how) {
            case "flipped" -> flip(file);
            case "cut" -> {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(channel.size() / 2);
                }
            }
            case "gone" -> Files.delete(file);
            default -> throw new IllegalArgumentException(how);
        }
    }

    /** One bit of the last byte but ten. */
    private static void flip(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            long place = channel.size() - 10;
            channel.read(one, place);
            one.put(0, (byte) (one.get(0) ^ 4)).flip();
            channel.write(one, place);
        }
    }

    private static Map<String, String> contents(Path folder) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                contents.put(
                        folder.relativize(file).toString(), dev.palimpsest.spec.Sha256.of(file));
        }
        return contents;
    }
}
