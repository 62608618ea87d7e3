package dev.palimpsest.gguf;

/**
 * In which order rows are written. Hugging Face rotates row i of a head with row i + half; GGUF's
 * llama has the two next to each other.
 */
enum RowOrder {
    AS_IT_IS,
    NEIGHBOURS_TO_HALVES,
    HALVES_TO_NEIGHBOURS;

    /** The row to read for the one to write. */
    long source(long row, int headSize) {
        long first = row / headSize * headSize;
        long place = row % headSize;
        int half = headSize / 2;
        return switch (this) {
            case AS_IT_IS -> row;
            case NEIGHBOURS_TO_HALVES -> first + place % half * 2 + place / half;
            case HALVES_TO_NEIGHBOURS -> first + place % 2 * half + place / 2;
        };
    }
}
