package dev.palimpsest.data;

import dev.palimpsest.spec.Regime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A dataset as token rows of at most the sequence length, in the order of its documents. */
public final class Rows {
    private final List<Row> rows;
    private final Report report;

    Rows(List<Row> rows, int truncated, int dropped) {
        if (rows.isEmpty())
            throw new InvalidData(
                    dropped == 0
                            ? "The dataset has no documents"
                            : "No row carries loss: all %d documents have their completion beyond"
                                            .formatted(dropped)
                                    + " the sequence length; choose a longer one");
        this.rows = List.copyOf(rows);
        this.report =
                new Report(
                        rows.size(),
                        rows.stream().mapToLong(Row::length).sum(),
                        rows.stream().mapToLong(Row::learned).sum(),
                        truncated,
                        dropped);
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
     * document {@code apart} from the others.
     */
    public static Rows of(
            List<Document> documents,
            Tokenizer tokenizer,
            Regime regime,
            int sequenceLength,
            boolean apart) {
        RowBuilder builder = RowBuilder.of(tokenizer, regime, sequenceLength, apart);
        documents.forEach(builder::add);
        return builder.rows();
    }

    /** The same from a file, whose documents are never all in memory. */
    public static Rows of(
            Path file,
            Format format,
            Tokenizer tokenizer,
            Regime regime,
            int sequenceLength,
            boolean apart)
            throws IOException {
        RowBuilder builder = RowBuilder.of(tokenizer, regime, sequenceLength, apart);
        DocumentFile.readGood(file, format, builder::add);
        return builder.rows();
    }

    public Report report() {
        return report;
    }

    public int size() {
        return rows.size();
    }

    Row row(int index) {
        return rows.get(index);
    }
}
