package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.tables.SomeTables;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
        Files.writeString(folder.resolve(Sent.ALONE.file()), rows);

        assertThatThrownBy(
                        () ->
                                new Intake(upload(kind, "x".repeat(500) + "{a}"), 50_000)
                                        .into(folder))
                .isInstanceOf(InvalidSpec.class)
                .hasMessage("/file makes documents of more than 50,000 bytes; split it");
    }

    @Test
    void soIsPlainText() throws IOException {
        Files.writeString(folder.resolve(Sent.ALONE.file()), "some line\n".repeat(1000));

        assertThatThrownBy(() -> new Intake(upload("text", null), 5000).into(folder))
                .isInstanceOf(InvalidSpec.class);
    }

    @Test
    void whatWasReadIsCounted() throws IOException {
        Files.writeString(folder.resolve(Sent.ALONE.file()), "some line\n".repeat(100));
        Tally tally = new Tally();

        assertThat(new Intake(upload("text", null), 5000, tally).into(folder)).isEqualTo(1);

        assertThat(tally.now())
                .isEqualTo(ImportProgress.ofBytes(ImportPhase.VALIDATING, 1000, 1000L));
    }

    @Test
    void aTablesRowsAreCountedWhileItIsUnpackedAndItsBytesAfterwards() throws Exception {
        SomeTables.parquet(folder.resolve("one"), "SELECT 'x' || range AS text FROM range(10)");
        SomeTables.parquet(folder.resolve("two"), "SELECT 'y' || range AS text FROM range(20)");
        List<ImportProgress> seen = new ArrayList<>();
        Tally tally =
                new Tally() {
                    @Override
                    void rows(ImportPhase phase, long rows, @Nullable Long total) {
                        super.rows(phase, rows, total);
                        seen.add(now());
                    }
                };

        new Intake(upload("parquet", null), 5000, tally).into(folder, sent("one", "two"));

        assertThat(seen)
                .contains(
                        ImportProgress.ofRows(ImportPhase.UNPACKING, 0, 30L),
                        ImportProgress.ofRows(ImportPhase.UNPACKING, 10, 30L),
                        ImportProgress.ofRows(ImportPhase.UNPACKING, 11, 30L),
                        ImportProgress.ofRows(ImportPhase.UNPACKING, 30, 30L));
        long bytes = 10 * "{'text':'x0'}\n".length() + 10 * ("{'text':'y0'}\n".length() * 2 + 1);
        assertThat(tally.now())
                .isEqualTo(ImportProgress.ofBytes(ImportPhase.VALIDATING, bytes, bytes));
    }

    @Test
    void linesOfSeveralFilesFollowEachOtherByteForByte() throws IOException {
        Files.writeString(folder.resolve("one"), "{\"text\":  \"1\"}\n{\"text\": \"2\"}");
        Files.writeString(folder.resolve("none"), "");
        Files.writeString(folder.resolve("two"), "\uFEFF{\"text\": \"3\", \"a\": 1}\n");

        assertThat(new Intake(upload("jsonl", null), 5000).into(folder, sent("one", "none", "two")))
                .isEqualTo(3);

        assertThat(folder.resolve("data.jsonl"))
                .hasContent("{\"text\":  \"1\"}\n{\"text\": \"2\"}\n{\"text\": \"3\", \"a\": 1}\n");
        assertThat(folder.toFile().list()).containsExactly("data.jsonl");
    }

    @Test
    void eachFileOfPlainTextIsADocumentWhereItIsTakenWhole() throws IOException {
        Files.writeString(folder.resolve("one"), "a\n\nb");
        Files.writeString(folder.resolve("two"), "c");
        DatasetUpload whole =
                DatasetUpload.of(
                        new DatasetUpload.Form(
                                "x.txt", "name", "text", null, "whole", null, null, null, null,
                                null));

        assertThat(new Intake(whole, 5000).into(folder, sent("one", "two"))).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jsonl", "csv"})
    void theFirstFileThatIsBadIsNamedWithItsLines(String kind) throws IOException {
        boolean lines = kind.equals("jsonl");
        Files.writeString(folder.resolve("one"), lines ? "{\"text\": \"1\"}\n" : "text\n1\n");
        Files.writeString(folder.resolve("two"), lines ? "{\"text\": 7}\n" : "text\n2\n\"\"\n");
        Files.writeString(folder.resolve("three"), lines ? "7\n" : "text\n\"\"\n");

        assertThatThrownBy(
                        () ->
                                new Intake(upload(kind, null), 5000)
                                        .into(folder, sent("one", "two", "three")))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageStartingWith("/file data/two: 1 of " + (lines ? "1 lines" : "2 rows"))
                .hasMessageContaining("; /file data/two: " + (lines ? "line 1: " : "row 2: "))
                .hasMessageNotContaining("three");
    }

    @Test
    void anInterruptEndsTheReading() throws IOException {
        Files.writeString(folder.resolve(Sent.ALONE.file()), "{\"text\": \"x\"}\n");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> new Intake(upload("jsonl", null), 5000).into(folder))
                    .isInstanceOf(InterruptedIOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static List<Sent> sent(String... files) {
        return Arrays.stream(files).map(file -> new Sent(file, "data/" + file)).toList();
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
