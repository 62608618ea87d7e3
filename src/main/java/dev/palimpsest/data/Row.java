package dev.palimpsest.data;

/** The token ids of one training row; an id that carries no loss is kept as its complement. */
final class Row {
    private final int[] tokens;

    private Row(int[] tokens) {
        this.tokens = tokens;
    }

    static Row of(int... tokens) {
        return new Row(tokens);
    }

    static int read(int id) {
        return ~id;
    }

    int length() {
        return tokens.length;
    }

    int id(int column) {
        return tokens[column] >= 0 ? tokens[column] : ~tokens[column];
    }

    /** The id as it is kept: itself, or its complement where it carries no loss. */
    int kept(int column) {
        return tokens[column];
    }

    /** The id to be predicted here, or {@link Batch#IGNORED}. */
    int label(int column) {
        return tokens[column] >= 0 ? tokens[column] : Batch.IGNORED;
    }

    /** How many tokens carry loss: the first of a row never does, as nothing stands before it. */
    int learned() {
        int learned = 0;
        for (int column = 1; column < tokens.length; column++) if (tokens[column] >= 0) learned++;
        return learned;
    }
}
