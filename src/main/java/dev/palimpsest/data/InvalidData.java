package dev.palimpsest.data;

/** A file of text or a tokenizer that cannot be used, said in one sentence for its owner. */
public final class InvalidData extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidData(String sentence) {
        super(sentence);
    }

    public InvalidData(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
