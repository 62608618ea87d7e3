package dev.palimpsest.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.data.DocumentFile.BadLine;
import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.InvalidData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTests {
    private static final long PLENTY = 100_000_000;

    @TempDir Path folder;

    @Test
    void aParquetFilesRowsComeInTheirOrderWithTheChosenColumns() throws Exception {
        SomeTables.parquet(
                folder.resolve("file"),
                """
                SELECT 'q' || range AS question, range AS number, encode('aé🙂') AS bytes,
                       [{'role': 'user', 'content': 'x'}] AS turns
                FROM range(5000)""");

        List<String> lines = lines(FileFormat.PARQUET, List.of("number", "question", "turns"));

        assertThat(lines).hasSize(5000);
        assertThat(lines.get(4711))
                .isEqualTo(
                        "{\"number\":\"4711\",\"question\":\"q4711\",\"turns\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(lines(FileFormat.PARQUET, List.of("bytes")).getFirst())
                .isEqualTo("{\"bytes\":\"aé🙂\"}");
    }

    @Test
    void aParquetFileSaysHowManyRowsItHas() throws Exception {
        SomeTables.parquet(folder.resolve("file"), "SELECT range AS number FROM range(1000)");
        List<Long> written = new ArrayList<>();
        try (Table table = Table.open(folder, "file", FileFormat.PARQUET)) {
            assertThat(table.rows()).isEqualTo(1000);

            table.write(List.of("number"), folder.resolve("rows"), PLENTY, written::add);
        }
        assertThat(written).hasSize(1000).startsWith(1L, 2L).endsWith(1000L);
    }

    @Test
    void aWriterThatIsInterruptedStops() throws Exception {
        SomeTables.parquet(folder.resolve("file"), "SELECT range AS number FROM range(1000)");
        try (Table table = Table.open(folder, "file", FileFormat.PARQUET)) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(
                            () ->
                                    table.write(
                                            List.of("number"),
                                            folder.resolve("lines"),
                                            PLENTY,
                                            _ -> {}))
                    .isInstanceOf(InterruptedIOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void cellsOfACsvFileAreTextsAsTheyStandThere() throws IOException {
        Files.writeString(
                folder.resolve("file"),
                "\uFEFFid,\"a \"\"b\"\"\",it's\r\n007,\"x\r\ny, \"\"z\"\"\",\r\n,NULL,1.50\r\n");

        assertThat(lines(FileFormat.CSV, List.of("id", "a \"b\"", "it's")))
                .containsExactly(
                        "{\"id\":\"007\",\"a \\\"b\\\"\":\"x\\r\\ny, \\\"z\\\"\",\"it's\":\"\"}",
                        "{\"id\":\"\",\"a \\\"b\\\"\":\"NULL\",\"it's\":\"1.50\"}");
    }

    @Test
    void tabsSeparateATsvFile() throws IOException {
        Files.writeString(folder.resolve("file"), "a\tb\n1,5\tx\n");

        assertThat(lines(FileFormat.TSV, List.of("a"))).containsExactly("{\"a\":\"1,5\"}");
    }

    @Test
    void linesThatAreNoRecordAreNamed() throws IOException {
        Files.writeString(folder.resolve("file"), "a,b\n1,2\n1,2,3\n4\n5,6\n\"7\",\"8");

        try (Table table = Table.open(folder, "file", FileFormat.CSV)) {
            table.write(List.of("a"), folder.resolve("rows"), PLENTY, _ -> {});

            assertThat(table.rejected()).extracting(BadLine::line).containsExactly(3L, 4L, 6L);
        }
    }

    @Test
    void aFileWithOnlyItsHeadHasNoRows() throws Exception {
        Files.writeString(folder.resolve("file"), "a,b\n");
        assertThat(lines(FileFormat.CSV, List.of("a"))).isEmpty();

        SomeTables.parquet(folder.resolve("file"), "SELECT 'x' AS a FROM range(0)");
        assertThat(lines(FileFormat.PARQUET, List.of("a"))).isEmpty();
    }

    @Test
    void tenThousandColumnsAreRefused() throws Exception {
        String names =
                IntStream.range(0, 10_000).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        Files.writeString(folder.resolve("file"), names + "\n" + names + "\n");
        refused(FileFormat.CSV, "has 10,000 columns; at most 1,000 are read");

        SomeTables.parquet(
                folder.resolve("file"),
                IntStream.range(0, 1001)
                        .mapToObj(i -> "1 AS c" + i)
                        .collect(Collectors.joining(", ", "SELECT ", "")));
        refused(FileFormat.PARQUET, "has 1,001 columns; at most 1,000 are read");
    }

    @Test
    void aHeadThatNamesNoColumnsIsRefused() throws IOException {
        Path file = folder.resolve("file");
        Files.writeString(file, "");
        refused(FileFormat.CSV, "is empty");
        Files.writeString(file, "a,,c\n");
        refused(FileFormat.CSV, "has no name for column 2");
        Files.writeString(file, "a,a\n");
        refused(FileFormat.CSV, "has two columns named 'a'");
        Files.writeString(file, "x".repeat(2 << 20));
        refused(FileFormat.CSV, "has a first line of more than 1,048,576 bytes");
        Files.write(file, new byte[] {'a', ',', (byte) 0xe9, '\n'});
        refused(FileFormat.CSV, "is not valid UTF-8");
    }

    @Test
    void whatIsPackedOrSomethingElseIsRefused() throws IOException {
        Path file = folder.resolve("file");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[50_000_000]);
        }
        Files.write(file, packed.toByteArray());
        refused(FileFormat.CSV, "is packed with gzip");
        Files.writeString(file, "PK\u0003\u0004…");
        refused(FileFormat.CSV, "is packed with zip");
        Files.writeString(file, "a,b\n");
        refused(FileFormat.PARQUET, "is no Parquet file");
        Files.writeString(file, "PAR1");
        refused(FileFormat.PARQUET, "cannot be read: ");
        Files.writeString(file, "PAR1…");
        refused(FileFormat.CSV, "is a Parquet file; say file_format=parquet");
    }

    @Test
    void aParquetFileThatLiesIsRefused() throws IOException {
        Path file = folder.resolve("file");
        Files.write(file, SomeTables.framed(new byte[10], Integer.MAX_VALUE));
        refused(FileFormat.PARQUET, "cannot be read: ");
        Files.write(file, SomeTables.nested(100_000, 1, 0));
        refused(FileFormat.PARQUET, "cannot be read: ");
        Files.write(file, SomeTables.nested(2, 1_000_000, 0));
        refused(FileFormat.PARQUET, "cannot be read: ");
        Files.write(file, SomeTables.nested(1, 1, 1L << 60));
        assertThat(lines(FileFormat.PARQUET, List.of("c"))).isEmpty(); // it claims rows, has none
    }

    @Test
    void aSmallFileThatUnpacksToGigabytesIsStopped() throws SQLException, IOException {
        Path file =
                SomeTables.parquet(
                        folder.resolve("file"),
                        "SELECT repeat('x', 10000) AS text FROM range(500000)");
        assertThat(Files.size(file)).isLessThan(5_000_000);

        try (Table table = Table.open(folder, "file", FileFormat.PARQUET)) {
            assertThatThrownBy(
                            () ->
                                    table.write(
                                            List.of("text"),
                                            folder.resolve("rows"),
                                            20_000_000,
                                            _ -> {}))
                    .isInstanceOf(InvalidData.class)
                    .hasMessageStartingWith("unpacks to more than 20,000,000 bytes");
        }
    }

    @Test
    void longTextsAreReadInPartsWhereTheyDoNotFitTogether() throws Exception {
        SomeTables.parquet(
                folder.resolve("file"),
                "SELECT range || repeat('x', 200000) AS text FROM range(3000)");
        long[] written = {0};

        try (Table table = Table.open(folder, "file", FileFormat.PARQUET)) {
            table.write(
                    List.of("text"),
                    folder.resolve("rows"),
                    1_000_000_000,
                    rows -> written[0] = rows);
        }
        assertThat(written[0]).isEqualTo(3000);

        int row = 0;
        try (var lines = Files.newBufferedReader(folder.resolve("rows"))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine())
                assertThat(line.startsWith("{\"text\":\"" + row++ + "x")).isTrue();
        }
        assertThat(row).isEqualTo(3000);
    }

    /** Bytes changed at random are refused or read, but never end the process. */
    @Test
    void brokenBytesAreRefusedOrRead() throws Exception {
        byte[] whole =
                Files.readAllBytes(
                        SomeTables.parquet(
                                folder.resolve("file"),
                                "SELECT 'q' || range % 7 AS text, [{'a': range}] AS deep FROM range(200)"));
        Random random = new Random(17);
        int refused = 0;
        for (int round = 0; round < 300; round++) {
            byte[] broken = whole.clone();
            for (int i = 0; i < 3; i++)
                broken[4 + random.nextInt(broken.length - 8)] = (byte) random.nextInt(256);
            Files.write(folder.resolve("file"), broken);
            try {
                lines(FileFormat.PARQUET, List.of("text", "deep"));
            } catch (InvalidData said) {
                refused++;
                assertThat(said.getMessage()).doesNotContain(folder.toString(), "\n");
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    private List<String> lines(FileFormat format, List<String> columns) throws IOException {
        Path rows = folder.resolve("rows");
        try (Table table = Table.open(folder, "file", format)) {
            table.write(columns, rows, PLENTY, _ -> {});
            assertThat(table.rejected()).isEmpty();
        }
        return Arrays.stream(Files.readString(rows, StandardCharsets.UTF_8).split("\n"))
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private void refused(FileFormat format, String reason) {
        assertThatThrownBy(() -> lines(format, List.of("c")))
                .isInstanceOf(InvalidData.class)
                .hasMessageStartingWith(reason);
    }
}
