package dev.palimpsest.gguf;

import java.util.Arrays;
import java.util.Optional;

/** What tokenizer.ggml.token_type says of a token of a byte-level BPE. */
enum TokenKind {
    NORMAL(1),
    UNKNOWN(2),
    CONTROL(3),
    USER_DEFINED(4),
    UNUSED(5);

    private final int number;

    TokenKind(int number) {
        this.number = number;
    }

    static Optional<TokenKind> numbered(long number) {
        return Arrays.stream(values()).filter(kind -> kind.number == number).findFirst();
    }

    int number() {
        return number;
    }

    /** Text is cut at it before all else. */
    boolean added() {
        return special() || this == USER_DEFINED;
    }

    boolean special() {
        return this == CONTROL || this == UNKNOWN;
    }
}
