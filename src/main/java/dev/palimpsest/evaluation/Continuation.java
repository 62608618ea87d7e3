package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel.Request;
import dev.palimpsest.spec.Convention;
import java.util.Arrays;
import java.util.List;

/**
 * A text to be scored after its context, as lm-evaluation-harness does it: white space at the end
 * of the context moves to the text, and the text's tokens are those of both together from the
 * length of the context's own tokens on.
 */
record Continuation(String context, String text) {
    static Continuation of(String context, String text) {
        int end = PythonText.endWithoutSpace(context);
        return new Continuation(context.substring(0, end), context.substring(end) + text);
    }

    static Request request(Choosing.Way way, Convention convention, Tokenizer tokenizer) {
        return switch (convention) {
            case LM_EVAL -> of(way.context(), " " + way.text()).request(tokenizer);
            case GAUNTLET -> apart(way, tokenizer);
        };
    }

    /**
     * With no context the text follows the end of another. Where the text melts into the context's
     * last token and would have none of its own, that token counts as the text's.
     */
    Request request(Tokenizer tokenizer) {
        List<Integer> whole = boxed(tokenizer.encode(context + text));
        List<Integer> before = boxed(tokenizer.encode(context));
        if (before.size() >= whole.size()) before = whole.subList(0, whole.size() - 1);
        return request(before, whole.subList(before.size(), whole.size()), tokenizer);
    }

    /**
     * As the Gauntlet does it: the context loses the white space at its end, and both become tokens
     * by themselves. A tokenizer that puts a space before every text needs none of ours.
     */
    private static Request apart(Choosing.Way way, Tokenizer tokenizer) {
        String context = way.context();
        String bare = context.substring(0, PythonText.endWithoutSpace(context));
        boolean needsSpace = tokenizer.encode(" a").length == 1 && !way.text().startsWith(" ");
        String text = needsSpace ? " " + way.text() : way.text();
        return request(boxed(tokenizer.encode(bare)), boxed(tokenizer.encode(text)), tokenizer);
    }

    private static Request request(List<Integer> before, List<Integer> after, Tokenizer tokenizer) {
        return new Request(before.isEmpty() ? List.of(tokenizer.endOfText()) : before, after);
    }

    static List<Integer> boxed(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
