package dev.palimpsest.trainer;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.Chance;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text while it is written: what of it stands already, whatever follows. Held back are a
 * character of which bytes are missing, and what may be the beginning of a stop.
 */
final class TextSoFar {
    /** What stands for bytes of which no character is made. */
    static final String BYTES_MISSING = "\uFFFD";

    private final Tokenizer tokenizer;
    private final CompletionWish.Texts asked;
    private final int begins;
    private final Deque<SaidToken> untold = new ArrayDeque<>();
    private int said; // characters
    private int whole; // characters of which no byte is missing

    /**
     * @param begins how many code points stand before it
     */
    TextSoFar(Tokenizer tokenizer, CompletionWish.Texts asked, int begins) {
        this.tokenizer = tokenizer;
        this.asked = asked;
        this.begins = begins;
    }

    /**
     * What is new.
     *
     * @param tokens of the text so far
     * @param ending why nothing follows; null if something may
     * @param told the tokens that begin in it, if chances are told
     */
    record Piece(
            String text,
            int tokens,
            TrainerEvent.@Nullable TextEnding ending,
            List<SaidToken> told) {
        static final Piece NOTHING_WRITTEN =
                new Piece("", 0, TrainerEvent.TextEnding.LENGTH, List.of());

        boolean isNothing() {
            return text.isEmpty() && ending == null;
        }
    }

    /** Comes after each token. */
    Piece after(List<Integer> written, @Nullable Chance chance) {
        boolean over = tokenizer.endsOfText().contains(written.getLast());
        List<Integer> tokens = over ? written.subList(0, written.size() - 1) : written;
        String text = text(tokens);
        if (chance != null && !over) untold.add(SaidToken.of(chance, place(text), tokenizer));
        whole = whole(text);
        int stop =
                asked.stops().stream()
                        .mapToInt(text::indexOf)
                        .filter(at -> at >= 0)
                        .min()
                        .orElse(-1);
        if (stop >= 0) return piece(text, stop, tokens, TrainerEvent.TextEnding.STOP);
        if (over) return piece(text, text.length(), tokens, TrainerEvent.TextEnding.STOP);
        if (written.size() == asked.most())
            return piece(text, text.length(), tokens, TrainerEvent.TextEnding.LENGTH);
        return piece(text, sure(text), tokens, null);
    }

    private String text(List<Integer> tokens) {
        String text = tokens.isEmpty() ? "" : tokenizer.decode(tokens);
        return asked.trimmed() && text.startsWith(" ") ? text.substring(1) : text;
    }

    private Piece piece(
            String text, int to, List<Integer> tokens, TrainerEvent.@Nullable TextEnding ending) {
        String news = to > said ? text.substring(said, to) : "";
        said = Math.max(said, to);
        boolean cut = ending == null || to < text.length();
        int end = begins + text.codePointCount(0, Math.min(said, text.length()));
        List<SaidToken> told = new ArrayList<>();
        while (!untold.isEmpty() && (!cut || untold.peek().at() < end)) told.add(untold.remove());
        return new Piece(news, tokens.size(), ending, told);
    }

    /** Where the newest token begins: after all that was whole before it. */
    private int place(String text) {
        return begins + text.codePointCount(0, Math.min(whole, text.length()));
    }

    private static int whole(String text) {
        int end = text.length();
        while (end > 0 && text.startsWith(BYTES_MISSING, end - 1)) end--;
        return end;
    }

    private int sure(String text) {
        int end = whole(text);
        for (String stop : asked.stops())
            for (int length = Math.min(stop.length() - 1, end); length > 0; length--)
                if (text.startsWith(stop.substring(0, length), end - length)) {
                    end -= length;
                    break;
                }
        return end;
    }
}
