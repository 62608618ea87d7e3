package dev.palimpsest.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Reads a dataset of one JSON object a line, however large, and names every line it can't use. */
public final class DocumentFile {
    static final int REPORTED_LINES = 100;

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
        return read(file, Mapping.of(format), (_, document) -> documents.accept(document));
    }

    /** The same where a mapping says which fields make a document. */
    public static Report read(InputStream file, Mapping mapping, Sink documents)
            throws IOException {
        List<BadLine> badLines = new ArrayList<>();
        long bad = 0;
        LineReader lines = new LineReader(file);
        while (lines.next()) {
            Document document;
            try {
                JsonNode json = DocumentLine.json(lines.line(), lines.number() == 1);
                document = mapping.document(json);
            } catch (InvalidData reason) {
                bad++;
                if (bad <= REPORTED_LINES)
                    badLines.add(new BadLine(lines.number(), String.valueOf(reason.getMessage())));
                continue;
            }
            documents.take(lines.number(), document);
        }
        return new Report(lines.number() - bad, bad, badLines);
    }

    /** The fields of the first line, none if that is no object. */
    public static Set<String> firstFields(Path path) throws IOException {
        try (InputStream file = Files.newInputStream(path)) {
            LineReader lines = new LineReader(file);
            if (!lines.next()) return Set.of();
            return new LinkedHashSet<>(DocumentLine.json(lines.line(), true).propertyNames());
        } catch (InvalidData _) {
            return Set.of();
        }
    }

    /** The first document of a file that was found good. */
    public static Document first(Path path, Format format) throws IOException {
        try (InputStream file = Files.newInputStream(path)) {
            LineReader lines = new LineReader(file);
            if (!lines.next()) throw new InvalidData(path + " is empty");
            return DocumentLine.document(DocumentLine.json(lines.line(), true), format);
        }
    }

    /** Takes documents with their lines' numbers. */
    public interface Sink {
        void take(long line, Document document) throws IOException;
    }

    /** Hands over each document of a file that was found good; {@link InvalidData} if it is not. */
    public static void readGood(Path path, Format format, Consumer<Document> documents)
            throws IOException {
        try (InputStream file = Files.newInputStream(path)) {
            readGood(file, path, format, (_, document) -> documents.accept(document));
        }
    }

    /** The same from a stream that its reader watches. */
    static void readGood(InputStream file, Path path, Format format, Sink documents)
            throws IOException {
        Report report = read(file, Mapping.of(format), documents);
        if (report.bad() > 0)
            throw new InvalidData(
                    "Line %d of %s %s"
                            .formatted(
                                    report.badLines().getFirst().line(),
                                    path,
                                    report.badLines().getFirst().detail()));
    }
}
