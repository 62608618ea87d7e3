package dev.palimpsest.data;

import java.io.IOException;
import java.util.Arrays;

/** Takes documents one by one and makes rows of them. */
sealed interface RowBuilder {
    /** A document's tokens, those without loss as complements; threads may ask at once. */
    int[] tokens(Document document);

    /** Takes the tokens of the next document. */
    void add(int[] tokens) throws IOException;

    /** There are no more documents. */
    void end() throws IOException;

    static RowBuilder of(Tokenization tokenization, RowTally rows) {
        return switch (tokenization.regime()) {
            case INSTRUCTION -> new OneEach(tokenization, rows);
            case PRETRAINING ->
                    tokenization.apart()
                            ? new Apart(tokenization, rows)
                            : new EndToEnd(tokenization, rows);
        };
    }

    /** A document a row. */
    record OneEach(Tokenization tokenization, RowTally rows) implements RowBuilder {
        @Override
        public int[] tokens(Document document) {
            return tokenization.tokens(document);
        }

        @Override
        public void add(int[] tokens) throws IOException {
            int length = Math.min(tokens.length, tokenization.sequenceLength());
            Row row = Row.of(Arrays.copyOf(tokens, length));
            if (row.learned() == 0) {
                rows.dropped();
                return;
            }
            rows.add(row);
            if (tokens.length > length) rows.truncated();
        }

        @Override
        public void end() {}
    }

    /** Each document by itself, cut where it is longer than a row; every token is learned. */
    record Apart(Tokenization tokenization, RowTally rows) implements RowBuilder {
        @Override
        public int[] tokens(Document document) {
            return tokenization.tokens(document);
        }

        /** One token alone predicts nothing and is left out. */
        @Override
        public void add(int[] tokens) throws IOException {
            int most = tokenization.sequenceLength();
            for (int from = 0; from < tokens.length - 1; from += most)
                rows.add(
                        Row.of(
                                Arrays.copyOfRange(
                                        tokens, from, Math.min(from + most, tokens.length))));
        }

        @Override
        public void end() {}
    }

    /** Documents follow each other; every token is learned. */
    final class EndToEnd implements RowBuilder {
        private final Tokenization tokenization;
        private final RowTally rows;
        private final int[] pending;
        private int size;

        EndToEnd(Tokenization tokenization, RowTally rows) {
            this.tokenization = tokenization;
            this.rows = rows;
            this.pending = new int[tokenization.sequenceLength()];
        }

        @Override
        public int[] tokens(Document document) {
            return tokenization.tokens(document);
        }

        @Override
        public void add(int[] tokens) throws IOException {
            for (int token : tokens) {
                pending[size++] = token;
                if (size == pending.length) flush();
            }
        }

        /** The last row may be short; one token alone predicts nothing and is left out. */
        @Override
        public void end() throws IOException {
            if (size >= 2) flush();
        }

        private void flush() throws IOException {
            rows.add(Row.of(Arrays.copyOf(pending, size)));
            size = 0;
        }
    }
}
