package dev.palimpsest.data;

import dev.palimpsest.spec.Regime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes documents one by one and makes rows of them. */
sealed interface RowBuilder {
    void add(Document document);

    Rows rows();

    /**
     * @param apart whether documents of pretraining are kept from seeing each other
     */
    static RowBuilder of(Tokenizer tokenizer, Regime regime, int sequenceLength, boolean apart) {
        return switch (regime) {
            case INSTRUCTION -> new OneEach(tokenizer, sequenceLength);
            case PRETRAINING ->
                    apart
                            ? new Apart(tokenizer, sequenceLength)
                            : new EndToEnd(tokenizer, sequenceLength);
        };
    }

    /** A document a row. */
    final class OneEach implements RowBuilder {
        private final Tokenizer tokenizer;
        private final int sequenceLength;
        private final List<Row> rows = new ArrayList<>();
        private int truncated;
        private int dropped;

        OneEach(Tokenizer tokenizer, int sequenceLength) {
            this.tokenizer = tokenizer;
            this.sequenceLength = sequenceLength;
        }

        @Override
        public void add(Document document) {
            int[] tokens = DocumentTokens.of(document, tokenizer);
            Row row = Row.of(Arrays.copyOf(tokens, Math.min(tokens.length, sequenceLength)));
            if (row.learned() == 0) {
                dropped++;
                return;
            }
            if (tokens.length > sequenceLength) truncated++;
            rows.add(row);
        }

        @Override
        public Rows rows() {
            return new Rows(rows, truncated, dropped);
        }
    }

    /** Each document by itself, cut where it is longer than a row; every token is learned. */
    final class Apart implements RowBuilder {
        private final Tokenizer tokenizer;
        private final int sequenceLength;
        private final List<Row> rows = new ArrayList<>();

        Apart(Tokenizer tokenizer, int sequenceLength) {
            this.tokenizer = tokenizer;
            this.sequenceLength = sequenceLength;
        }

        /** One token alone predicts nothing and is left out. */
        @Override
        public void add(Document document) {
            int[] all = DocumentTokens.of(document, tokenizer);
            for (int i = 0; i < all.length; i++) if (all[i] < 0) all[i] = Row.read(all[i]);
            for (int from = 0; from < all.length - 1; from += sequenceLength) {
                int to = Math.min(from + sequenceLength, all.length);
                if (to - from >= 2) rows.add(Row.of(Arrays.copyOfRange(all, from, to)));
            }
        }

        @Override
        public Rows rows() {
            return new Rows(rows, 0, 0);
        }
    }

    /** Documents follow each other; every token is learned. */
    final class EndToEnd implements RowBuilder {
        private final Tokenizer tokenizer;
        private final int sequenceLength;
        private final List<Row> rows = new ArrayList<>();
        private final Tokens pending = new Tokens();

        EndToEnd(Tokenizer tokenizer, int sequenceLength) {
            this.tokenizer = tokenizer;
            this.sequenceLength = sequenceLength;
        }

        @Override
        public void add(Document document) {
            for (int token : DocumentTokens.of(document, tokenizer))
                token(token >= 0 ? token : Row.read(token));
        }

        private void token(int id) {
            pending.add(id);
            if (pending.size() < sequenceLength) return;
            rows.add(Row.of(pending.first(sequenceLength)));
            pending.clear();
        }

        /** The last row may be short; one token alone predicts nothing and is left out. */
        @Override
        public Rows rows() {
            List<Row> all = new ArrayList<>(rows);
            if (pending.size() >= 2) all.add(Row.of(pending.first(pending.size())));
            return new Rows(all, 0, 0);
        }
    }

    /** A growing list of ints. */
    final class Tokens {
        private int[] values = new int[256];
        private int size;

        void add(int value) {
            if (size == values.length) values = Arrays.copyOf(values, 2 * size);
            values[size++] = value;
        }

        int size() {
            return size;
        }

        int[] first(int count) {
            return Arrays.copyOf(values, count);
        }

        void clear() {
            size = 0;
        }
    }
}
