package dev.palimpsest.openai;

/** How many tokens were read and written; an end of text is not counted. */
record Usage(int promptTokens, int completionTokens, int totalTokens) {
    static Usage of(int read, int written) {
        return new Usage(read, written, read + written);
    }
}
