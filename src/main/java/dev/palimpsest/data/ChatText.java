package dev.palimpsest.data;

import dev.palimpsest.jinja.JinjaTemplate.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation as its model reads it, to be tokenised whole, and what the assistant says in it.
 */
public record ChatText(String text, List<Span> answered) {
    /** The spans are in order and do not meet. */
    public ChatText {
        answered = List.copyOf(answered);
    }

    /** The same text cut where the spans start and end. */
    public List<Document.Piece> pieces() {
        List<Document.Piece> pieces = new ArrayList<>();
        int at = 0;
        for (Span span : answered) {
            add(pieces, at, span.start(), false);
            add(pieces, span.start(), span.end(), true);
            at = span.end();
        }
        add(pieces, at, text.length(), false);
        return pieces;
    }

    private void add(List<Document.Piece> pieces, int start, int end, boolean answered) {
        if (start < end) pieces.add(new Document.Piece(text.substring(start, end), answered));
    }
}
