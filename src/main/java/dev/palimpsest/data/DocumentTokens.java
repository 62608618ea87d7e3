package dev.palimpsest.data;

import dev.palimpsest.data.Document.Messages;
import dev.palimpsest.data.Document.Piece;
import dev.palimpsest.jinja.JinjaTemplate.Span;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A document as token ids; an id that carries no loss is kept as its complement. */
final class DocumentTokens {
    private DocumentTokens() {}

    /**
     * Conversations of a model with a chat template are tokenised whole and end as it ends them;
     * all other documents are tokenised in pieces, end-of-text after the last.
     */
    static int[] of(Document document, Tokenizer tokenizer) {
        if (document instanceof Messages conversation) {
            Optional<ChatTemplate> template = tokenizer.chatTemplate();
            if (template.isPresent()) return whole(template.get().text(conversation), tokenizer);
        }
        IntStream.Builder tokens = IntStream.builder();
        for (Piece piece : document.pieces())
            for (int id : tokenizer.encode(piece.text()))
                tokens.add(piece.answered() ? id : Row.read(id));
        tokens.add(tokenizer.endOfText());
        return tokens.build().toArray();
    }

    /** What is tokenised. */
    static String text(Document document, Tokenizer tokenizer) {
        if (document instanceof Messages conversation) {
            Optional<ChatTemplate> template = tokenizer.chatTemplate();
            if (template.isPresent()) return template.get().text(conversation).text();
        }
        return document.pieces().stream().map(Piece::text).collect(Collectors.joining());
    }

    /** A token is learned where it has a character of what is answered, as in transformers. */
    private static int[] whole(ChatText chat, Tokenizer tokenizer) {
        Tokenizer.Placed placed = tokenizer.encodePlaced(chat.text());
        int[] tokens = placed.ids().clone();
        boolean[] learned = new boolean[tokens.length];
        int token = 0;
        int before = 0; // characters and code points of the text before a span
        int points = 0;
        for (Span span : chat.answered()) {
            int start = points + chat.text().codePointCount(before, span.start());
            int end = start + chat.text().codePointCount(span.start(), span.end());
            before = span.end();
            points = end;
            while (token < tokens.length && placed.ends()[token] <= start) token++;
            int last = -1;
            for (int i = token; i < tokens.length && placed.starts()[i] < end; i++)
                if (placed.ends()[i] > start) last = i;
            for (int i = token; i <= last; i++) learned[i] = true;
        }
        for (int i = 0; i < tokens.length; i++) if (!learned[i]) tokens[i] = Row.read(tokens[i]);
        return tokens;
    }
}
