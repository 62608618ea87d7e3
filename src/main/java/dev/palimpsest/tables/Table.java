package dev.palimpsest.tables;

import dev.palimpsest.data.DocumentFile.BadLine;
import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.InvalidData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A Parquet, CSV or TSV file whose rows can be written as lines of JSON; {@link InvalidData}
 * continues the sentence "the file …".
 */
public final class Table implements AutoCloseable {
    private static final int MOST_COLUMNS = 1000;
    private static final int MOST_ROWS_OF_A_PART = 256;
    private static final int MOST_REJECTS = 100;
    private static final int LONGEST_LINE = 8 << 20; // bytes

    private static final Pattern NESTED = Pattern.compile("^(STRUCT|MAP|UNION)|\\]$");

    private final Fence fence;
    private final Map<String, String> columns;
    private final String scan;
    private final boolean isText;

    private Table(Fence fence, Map<String, String> columns, String scan, boolean isText) {
        this.fence = fence;
        this.columns = columns;
        this.scan = scan;
        this.isText = isText;
    }

    /** Opens a file in a folder of its own, the only one that DuckDB may read and write. */
    public static Table open(Path folder, String name, FileFormat format) throws IOException {
        Path path = folder.resolve(name).toAbsolutePath();
        Magic.check(path, format);
        Fence fence = Fence.around(folder);
        try {
            return switch (format) {
                case PARQUET -> parquet(fence, path);
                case CSV -> separated(fence, path, ',');
                case TSV -> separated(fence, path, '\t');
                case JSONL, TEXT -> throw new IllegalArgumentException(format + " is no table");
            };
        } catch (InvalidData | IOException refused) {
            fence.close();
            throw refused;
        }
    }

    private static Table parquet(Fence fence, Path file) {
        String scan =
                "read_parquet(%s, binary_as_string = true, file_row_number = true)"
                        .formatted(Fence.literal(file));
        Map<String, String> types = new LinkedHashMap<>();
        for (List<String> column : fence.rows("DESCRIBE SELECT * FROM " + scan))
            types.put(column.get(0), column.get(1));
        types.remove("file_row_number"); // DuckDB's own, by which parts are asked for
        countOf(types.size());
        return new Table(fence, types, scan, false);
    }

    private static Table separated(Fence fence, Path file, char separator) throws IOException {
        List<String> names = Header.of(file, separator);
        countOf(names.size());
        Map<String, String> types = new LinkedHashMap<>();
        for (String name : names)
            if (types.put(name, "VARCHAR") != null)
                throw new InvalidData("has two columns named '%s'".formatted(name));
        String scan =
                """
                read_csv(%s, auto_detect = false, header = true, columns = {%s}, delim = %s,
                         quote = '"', escape = '"', compression = 'none', max_line_size = %d,
                         store_rejects = true, rejects_limit = %d)"""
                        .formatted(
                                Fence.literal(file),
                                names.stream()
                                        .map(name -> Fence.literal(name) + ": 'VARCHAR'")
                                        .collect(Collectors.joining(", ")),
                                Fence.literal(separator),
                                LONGEST_LINE,
                                MOST_REJECTS);
        return new Table(fence, types, scan, true);
    }

    private static void countOf(int columns) {
        if (columns > MOST_COLUMNS)
            throw new InvalidData(
                    "has %,d columns; at most %,d are read".formatted(columns, MOST_COLUMNS));
    }

    public Collection<String> columns() {
        return columns.keySet();
    }

    /** How many rows it has; a Parquet file says so, any other is read to its end. */
    public long rows() {
        return Long.parseLong(fence.rows("SELECT count(*) FROM " + scan).get(0).get(0));
    }

    /**
     * Writes each row's chosen columns as one object a line, in the rows' order.
     *
     * @param written told after each row how many there are so far; it may go back and begin anew
     */
    public void write(Collection<String> chosen, Path lines, long mostBytes, LongConsumer written)
            throws IOException {
        String selected =
                chosen.isEmpty()
                        ? "1 AS \"\""
                        : chosen.stream().map(this::selected).collect(Collectors.joining(", "));
        if (fence.write(query(selected, scan), lines, mostBytes, written)) return;
        if (isText) throw Fence.needsMore();
        inParts(selected, lines, mostBytes, written);
    }

    /**
     * DuckDB holds two thousand rows at least in memory, which long texts overflow; asked for fewer
     * it decodes the rest of a row group anew for each part, so this is slower.
     */
    private void inParts(String selected, Path lines, long mostBytes, LongConsumer written)
            throws IOException {
        long rows = rows();
        Path part = lines.resolveSibling(lines.getFileName() + ".part");
        int window = MOST_ROWS_OF_A_PART;
        try (OutputStream all = Files.newOutputStream(lines)) {
            for (long row = 0; row < rows; row += window) {
                long before = row;
                while (!fence.write(
                        query(selected, rows(row, window)),
                        part,
                        mostBytes,
                        count -> written.accept(before + count))) {
                    if (window == 1) throw Fence.needsMore();
                    window /= 4;
                }
                mostBytes -= Files.copy(part, all);
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private String rows(long first, int count) {
        return "%s WHERE file_row_number BETWEEN %d AND %d"
                .formatted(scan, first, first + count - 1);
    }

    private static String query(String selected, String from) {
        return "SELECT CAST(to_json(chosen) AS VARCHAR) FROM (SELECT %s FROM %s) AS chosen"
                .formatted(selected, from);
    }

    /** An empty cell of a text file is an empty text; whatever is not nested becomes its text. */
    private String selected(String column) {
        String name = Fence.name(column);
        String type = columns.getOrDefault(column, "");
        if (isText) return "coalesce(%s, '') AS %s".formatted(name, name);
        return NESTED.matcher(type).find()
                ? name
                : "CAST(%s AS VARCHAR) AS %s".formatted(name, name);
    }

    /** The lines that the last writing left out, the first hundred of them. */
    public List<BadLine> rejected() {
        if (!isText) return List.of();
        return fence
                .rows(
                        """
                        SELECT line, any_value(error_message) FROM reject_errors
                        GROUP BY line ORDER BY line""")
                .stream()
                .map(row -> new BadLine(Long.parseLong(row.get(0)), oneLine(row.get(1))))
                .toList();
    }

    private static String oneLine(String message) {
        return message.lines().findFirst().orElse("").strip();
    }

    @Override
    public void close() {
        fence.close();
    }
}
