package dev.palimpsest.trainer;

import dev.palimpsest.data.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text while it is written: what of it stands already, whatever follows. Held back are a
 * character of which bytes are missing, and what may be the beginning of a stop.
 */
final class TextSoFar {
    private static final char BYTES_MISSING = '\uFFFD';

    private final Tokenizer tokenizer;
    private final CompletionWish.Texts asked;
    private int said; // characters

    TextSoFar(Tokenizer tokenizer, CompletionWish.Texts asked) {
        this.tokenizer = tokenizer;
        this.asked = asked;
    }

    /**
     * What is new.
     *
     * @param tokens of the text so far
     * @param ending why nothing follows; null if something may
     */
    record Piece(String text, int tokens, TrainerEvent.@Nullable TextEnding ending) {
        boolean isNothing() {
            return text.isEmpty() && ending == null;
        }
    }

    /** Comes after each token. */
    Piece after(List<Integer> written) {
        boolean over = tokenizer.endsOfText().contains(written.getLast());
        List<Integer> tokens = over ? written.subList(0, written.size() - 1) : written;
        String text = text(tokens);
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
        return new Piece(news, tokens.size(), ending);
    }

    private int sure(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == BYTES_MISSING) end--;
        for (String stop : asked.stops())
            for (int length = Math.min(stop.length() - 1, end); length > 0; length--)
                if (text.startsWith(stop.substring(0, length), end - length)) {
                    end -= length;
                    break;
                }
        return end;
    }
}
