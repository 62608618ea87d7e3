package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel.Request;
import java.util.Arrays;
import java.util.List;

/**
 * A text to be scored after its context, as lm-evaluation-harness does it: white space at the end
 * of the context moves to the text, both are tokenised together, and the tokens are split at the
 * length of the tokenised context.
 */
record Continuation(String context, String text) {
    static Continuation of(String context, String text) {
        int end = context.length();
        while (end > 0 && isSpace(context.charAt(end - 1))) end--;
        return new Continuation(context.substring(0, end), context.substring(end) + text);
    }

    /**
     * With no context the text follows the end of another. Where its first letters melt into the
     * context's last token, that token counts as the text's, so that there always is one.
     */
    Request request(Tokenizer tokenizer) {
        List<Integer> whole = boxed(tokenizer.encode(context + text));
        int split = Math.min(tokenizer.encode(context).length, whole.size() - 1);
        List<Integer> before = split > 0 ? whole.subList(0, split) : List.of(tokenizer.endOfText());
        return new Request(before, whole.subList(split, whole.size()));
    }

    static List<Integer> boxed(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }

    /** What Python's {@code rstrip} takes for white space. */
    private static boolean isSpace(char letter) {
        return Character.isWhitespace(letter)
                || Character.isSpaceChar(letter)
                || letter == '\u0085';
    }
}
