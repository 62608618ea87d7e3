package dev.palimpsest.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads a dataset of one JSON object a line, however large, and names every line it can't use. */
public final class DocumentFile {
    private static final int LONGEST_LINE = 8 << 20; // bytes
    private static final int REPORTED_LINES = 100;

    private DocumentFile() {}

    /** A line, counted from 1, and what is wrong with it. */
    public record BadLine(long line, String detail) {}

    /** How many documents there are, how many lines are bad, and the first hundred of those. */
    public record Report(long documents, long bad, List<BadLine> badLines) {
        public Report {
            badLines = List.copyOf(badLines);
        }
    }

    /** Hands over each document as it is read; lines that hold none are reported. */
    public static Report read(InputStream file, Format format, Consumer<Document> documents)
            throws IOException {
        List<BadLine> badLines = new ArrayList<>();
        long number = 0;
        long bad = 0;
        InputStream bytes = new BufferedInputStream(file, 1 << 16);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int length = next(bytes, line); length >= 0; length = next(bytes, line)) {
            number++;
            try {
                if (length > LONGEST_LINE)
                    throw new InvalidData("is longer than %d MiB".formatted(LONGEST_LINE >> 20));
                documents.accept(DocumentLine.parse(line.toByteArray(), number == 1, format));
            } catch (InvalidData reason) {
                bad++;
                if (bad <= REPORTED_LINES)
                    badLines.add(new BadLine(number, String.valueOf(reason.getMessage())));
            }
        }
        return new Report(number - bad, bad, badLines);
    }

    /** Hands over each document of a file that was found good; {@link InvalidData} if it is not. */
    public static void readGood(Path path, Format format, Consumer<Document> documents)
            throws IOException {
        try (InputStream file = Files.newInputStream(path)) {
            Report report = read(file, format, documents);
            if (report.bad() > 0)
                throw new InvalidData(
                        "Line %d of %s %s"
                                .formatted(
                                        report.badLines().getFirst().line(),
                                        path,
                                        report.badLines().getFirst().detail()));
        }
    }

    /** Reads up to a line feed and returns the line's whole length, or -1 after the last line. */
    private static int next(InputStream bytes, ByteArrayOutputStream line) throws IOException {
        line.reset();
        int first = bytes.read();
        if (first < 0) return -1;
        int length = 0;
        for (int b = first; b >= 0 && b != '\n'; b = bytes.read()) {
            if (length < LONGEST_LINE) line.write(b);
            length = Math.min(length + 1, LONGEST_LINE + 1);
        }
        return length;
    }
}
