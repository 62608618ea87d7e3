package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel.Request;
import java.util.Arrays;
import java.util.List;

/**
 * A text to be scored after its context, as lm-evaluation-harness does it: white space at the end
 * of the context moves to the text, and the text's tokens are those of both together from the
 * length of the context's own tokens on.
 */
record Continuation(String context, String text) {
    static Continuation of(String context, String text) {
        int end = context.length();
        while (end > 0 && isSpace(context.charAt(end - 1))) end--;
        return new Continuation(context.substring(0, end), context.substring(end) + text);
    }

    /**
     * With no context the text follows the end of another. Where the text melts into the context's
     * last token and would have none of its own, that token counts as the text's.
     */
    Request request(Tokenizer tokenizer) {
        List<Integer> whole = boxed(tokenizer.encode(context + text));
        List<Integer> before = boxed(tokenizer.encode(context));
        if (before.size() >= whole.size()) before = whole.subList(0, whole.size() - 1);
        List<Integer> after = whole.subList(before.size(), whole.size());
        return new Request(before.isEmpty() ? List.of(tokenizer.endOfText()) : before, after);
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
