package dev.palimpsest.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.palimpsest.spec.InvalidSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtocolTests {
    private static final ScoringLike RUN = new ScoringLike("tiny", 2);

    /** A run file of some process. */
    record ScoringLike(String model, int threads) {}

    @Test
    void whatIsSaidBeginsWithItsVersionAndIsReadAgain() {
        TrainerEvent said = new TrainerEvent.ToScore(7);

        assertThat(said.line()).startsWith("{\"v\":1,\"type\":\"to_score\"");
        assertThat(TrainerEvent.of(said.line())).isEqualTo(said);
        assertThat(Protocol.written(RUN)).startsWith("{\"v\":1,");
        assertThat(Protocol.read(Protocol.written(RUN), ScoringLike.class)).isEqualTo(RUN);
    }

    @Test
    void whatHasNoVersionIsOfTheFirst() {
        assertThat(TrainerEvent.of("{\"type\":\"to_score\",\"step\":7}"))
                .isEqualTo(new TrainerEvent.ToScore(7));
        assertThat(Protocol.read("{\"model\": \"tiny\", \"threads\": 2}", ScoringLike.class))
                .isEqualTo(RUN);
    }

    @Test
    void whatALaterVersionSaysIsRefusedInsteadOfMisread() {
        String later = "{\"v\": 2, \"type\": \"what nobody here knows\"}";

        assertThatExceptionOfType(Protocol.Newer.class)
                .isThrownBy(() -> TrainerEvent.of(later))
                .withMessageContaining("version 2")
                .withMessageContaining("reads up to 1");
    }

    @Test
    void aRunFileWithAnUnknownFieldIsStillRefusedByItsName() {
        assertThatExceptionOfType(InvalidSpec.class)
                .isThrownBy(
                        () ->
                                Protocol.read(
                                        "{\"v\":1,\"model\":\"tiny\",\"threads\":2,\"colour\":1}",
                                        ScoringLike.class))
                .withMessageContaining("/colour");
    }

    @Test
    void aProcessEndsWithOneSentenceAtARunFileOfALaterVersion(@TempDir Path folder)
            throws Exception {
        Path runFile =
                Files.writeString(folder.resolve("run.json"), "{\"v\": 2, \"job\": \"one\"}");

        Process trainer =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.palimpsest.Palimpsest",
                                "trainer",
                                runFile.toString())
                        .start();
        String words = new String(trainer.getErrorStream().readAllBytes());

        assertThat(trainer.waitFor()).isEqualTo(2);
        assertThat(words).startsWith("the run file is of version 2").hasLineCount(1);
    }
}
