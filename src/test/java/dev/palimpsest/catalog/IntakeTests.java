package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.spec.InvalidSpec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeTests {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"jsonl", "csv"})
    void aTemplateThatMakesMoreOfAFileThanMayBeSentIsStopped(String kind) throws IOException {
        String rows =
                kind.equals("csv") ? "a,b\n" + "1,\n".repeat(1000) : "{\"a\": 1}\n".repeat(1000);
        Files.writeString(folder.resolve(Intake.SENT), rows);

        assertThatThrownBy(
                        () ->
                                new Intake(upload(kind, "x".repeat(500) + "{a}"), 50_000)
                                        .into(folder))
                .isInstanceOf(InvalidSpec.class)
                .hasMessage("/file makes documents of more than 50,000 bytes; split it");
    }

    @Test
    void soIsPlainText() throws IOException {
        Files.writeString(folder.resolve(Intake.SENT), "some line\n".repeat(1000));

        assertThatThrownBy(() -> new Intake(upload("text", null), 5000).into(folder))
                .isInstanceOf(InvalidSpec.class);
    }

    @Test
    void whatWasReadIsCounted() throws IOException {
        Files.writeString(folder.resolve(Intake.SENT), "some line\n".repeat(100));
        Tally tally = new Tally();

        assertThat(new Intake(upload("text", null), 5000, tally).into(folder)).isEqualTo(1);

        assertThat(tally.now()).isEqualTo(new ImportProgress(ImportPhase.VALIDATING, 1000, 1000L));
    }

    @Test
    void anInterruptEndsTheReading() throws IOException {
        Files.writeString(folder.resolve(Intake.SENT), "{\"text\": \"x\"}\n");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> new Intake(upload("jsonl", null), 5000).into(folder))
                    .isInstanceOf(InterruptedIOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static DatasetUpload upload(String kind, String template) {
        return DatasetUpload.of(
                new DatasetUpload.Form(
                        "file",
                        "name",
                        "text",
                        kind,
                        null,
                        null,
                        template == null ? null : "{\"text\": \"%s\"}".formatted(template),
                        null,
                        null,
                        null));
    }
}
