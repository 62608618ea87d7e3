package dev.palimpsest.trainer;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.Chance;
import java.util.ArrayList;
import java.util.List;

/** A prompt as the beginning of its text, in parts of whole characters. */
final class Echo {
    private static final int TOKENS_AT_ONCE = 64;

    private final Tokenizer tokenizer;
    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder text = new StringBuilder(); // of the part that grows
    private final List<SaidToken> told = new ArrayList<>();
    private int length; // of all of it in code points

    /** A part, and the tokens that begin in it if chances are told. */
    record Part(String text, List<SaidToken> told) {}

    /**
     * @param chances of all tokens but the first; empty where none are told
     */
    Echo(List<Integer> prompt, List<Chance> chances, boolean tells, Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        int whole = 0; // tokens whose text is complete
        for (int i = 0; i < prompt.size(); i++) {
            if (tells) told.add(i == 0 ? first(prompt) : of(chances.get(i - 1)));
            List<Integer> open = prompt.subList(whole, i + 1);
            String more = whole == 0 ? tokenizer.decode(open) : tokenizer.continued(open);
            if (more.endsWith(TextSoFar.BYTES_MISSING) && i < prompt.size() - 1) continue;
            text.append(more);
            length += more.codePointCount(0, more.length());
            whole = i + 1;
            if (told.size() >= TOKENS_AT_ONCE) cut();
        }
        if (!text.isEmpty() || !told.isEmpty()) cut();
    }

    List<Part> parts() {
        return parts;
    }

    int length() {
        return length;
    }

    private SaidToken first(List<Integer> prompt) {
        return new SaidToken(tokenizer.decode(prompt.subList(0, 1)), 0, null, List.of());
    }

    private SaidToken of(Chance chance) {
        return SaidToken.of(chance, length, tokenizer);
    }

    private void cut() {
        parts.add(new Part(text.toString(), List.copyOf(told)));
        text.setLength(0);
        told.clear();
    }
}
