package dev.palimpsest.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** A dataset as token rows of at most the sequence length, in the order of its documents. */
public final class Rows {
    private final IntFunction<Row> rows;
    private final Report report;

    /**
     * @param rows each row by its number, in memory or in a file
     */
    Rows(IntFunction<Row> rows, Report report) {
        this.rows = rows;
        this.report = report;
    }

    /**
     * What the rows hold.
     *
     * @param learned the tokens that carry loss, which are never a row's first
     * @param truncated rows that lost tokens at their end
     * @param dropped documents left out because nothing of them would have carried loss
     */
    public record Report(int rows, long tokens, long learned, int truncated, int dropped) {}

    /**
     * Instruction: a row a document. Pretraining: all documents end to end, cut into rows, or each
     * document apart from the others.
     */
    public static Rows of(List<Document> documents, Tokenization tokenization) {
        return inMemory(
                tokenization,
                builder -> {
                    for (Document document : documents) builder.add(builder.tokens(document));
                });
    }

    /** The same from a file, whose documents are never all in memory, but whose rows are. */
    public static Rows of(Path file, Format format, Tokenization tokenization, Progress progress) {
        return inMemory(
                tokenization, builder -> new Tokenizing(file, format, progress).into(builder));
    }

    private interface Filling {
        void into(RowBuilder builder) throws IOException;
    }

    private static Rows inMemory(Tokenization tokenization, Filling filling) {
        List<Row> rows = new ArrayList<>();
        RowTally tally = new RowTally(rows::add);
        RowBuilder builder = RowBuilder.of(tokenization, tally);
        try {
            filling.into(builder);
            builder.end();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return new Rows(rows::get, tally.report());
    }

    public Report report() {
        return report;
    }

    public int size() {
        return report.rows();
    }

    Row row(int index) {
        return rows.apply(index);
    }
}
