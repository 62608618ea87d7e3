package dev.palimpsest.openai;

import dev.palimpsest.trainer.SaidToken;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How likely each token was that is said in a conversation; no refusal is ever written. */
record ChatLogprobs(List<Token> content, @Nullable List<Token> refusal) {
    /** What stands where bytes make no character. */
    private static final String BYTES_MISSING = "\uFFFD";

    /**
     * A token.
     *
     * @param bytes of its text in UTF-8; null for a part of a character
     */
    record Token(
            String token,
            double logprob,
            @Nullable List<Integer> bytes,
            List<Alternative> topLogprobs) {}

    /** One of the likeliest tokens at a place. */
    record Alternative(String token, double logprob, @Nullable List<Integer> bytes) {}

    static ChatLogprobs of(List<SaidToken> told) {
        return new ChatLogprobs(told.stream().flatMap(said -> token(said).stream()).toList(), null);
    }

    private static List<Token> token(SaidToken said) {
        Double log = said.log();
        if (log == null) return List.of();
        return List.of(
                new Token(
                        said.text(),
                        log,
                        bytes(said.text()),
                        said.likeliest().stream()
                                .map(
                                        other ->
                                                new Alternative(
                                                        other.text(),
                                                        other.log(),
                                                        bytes(other.text())))
                                .toList()));
    }

    private static @Nullable List<Integer> bytes(String text) {
        if (text.contains(BYTES_MISSING)) return null;
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, utf8.length).mapToObj(i -> utf8[i] & 0xff).toList();
    }
}
