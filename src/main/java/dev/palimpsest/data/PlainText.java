package dev.palimpsest.data;

import dev.palimpsest.data.DocumentFile.BadLine;
import dev.palimpsest.data.DocumentFile.Report;
import dev.palimpsest.data.DocumentFile.Sink;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** A file of plain text as documents, in which every end of a line is a line feed. */
public final class PlainText {
    private final Split split;
    private final Sink documents;
    private final List<BadLine> badLines = new ArrayList<>();
    private final StringBuilder document = new StringBuilder();
    private long began;
    private long taken;
    private long bad;

    private PlainText(Split split, Sink documents) {
        this.split = split;
        this.documents = documents;
    }

    /** What ends a document. */
    public enum Split {
        BLANK_LINES,
        LINES,
        WHOLE
    }

    /** Hands over each document with the number of its first line. */
    public static Report read(InputStream file, Split split, Sink documents) throws IOException {
        PlainText text = new PlainText(split, documents);
        LineReader lines = new LineReader(file);
        while (lines.next()) text.line(lines);
        text.end();
        return new Report(text.taken, text.bad, text.badLines);
    }

    private void line(LineReader lines) throws IOException {
        try {
            String line = DocumentLine.text(lines.line());
            if (lines.number() == 1 && line.startsWith(DocumentLine.BYTE_ORDER_MARK))
                line = line.substring(1);
            if (line.endsWith("\r")) line = line.substring(0, line.length() - 1);
            if (line.isBlank() && split == Split.BLANK_LINES) {
                end();
                return;
            }
            if (document.isEmpty()) began = lines.number();
            if (document.length() + line.length() > LineReader.LONGEST_LINE)
                throw new InvalidData(
                        "ends a document of more than %d MiB; separate documents by a blank line"
                                .formatted(LineReader.LONGEST_LINE >> 20));
            document.append(line).append('\n');
            if (split == Split.LINES) end();
        } catch (InvalidData reason) {
            document.setLength(0);
            if (++bad <= DocumentFile.REPORTED_LINES)
                badLines.add(new BadLine(lines.number(), String.valueOf(reason.getMessage())));
        }
    }

    /** Text without its last line feed, where it is more than white space. */
    private void end() throws IOException {
        String text = document.toString();
        document.setLength(0);
        if (text.isBlank()) return;
        taken++;
        documents.take(began, new Document.Text(text.substring(0, text.length() - 1)));
    }
}
