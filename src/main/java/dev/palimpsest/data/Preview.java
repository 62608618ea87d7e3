package dev.palimpsest.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A document as a trainer sees it.
 *
 * @param tokens how many it has with the end of its text, however many are shown
 * @param learned how many of them carry loss
 * @param ids the first two thousand of them
 * @param pieces the text of each id shown, of which several may make one letter
 * @param loss whether each id shown carries loss
 */
public record Preview(
        long line,
        String text,
        int tokens,
        int learned,
        List<Integer> ids,
        List<String> pieces,
        List<Boolean> loss) {
    private static final int SHOWN_TOKENS = 2000;
    private static final int SHOWN_CHARACTERS = 20_000;

    public Preview {
        ids = List.copyOf(ids);
        pieces = List.copyOf(pieces);
        loss = List.copyOf(loss);
    }

    /** The first documents of a dataset; nothing is cut to a sequence length. */
    public static List<Preview> of(
            Path dataset, Format format, Tokenization tokenization, int limit) throws IOException {
        List<Preview> previews = new ArrayList<>();
        try (InputStream file = Files.newInputStream(dataset)) {
            LineReader lines = new LineReader(file);
            while (previews.size() < limit && lines.next()) {
                var json = DocumentLine.json(lines.line(), lines.number() == 1);
                Document document = DocumentLine.document(json, format);
                previews.add(of(lines.number(), document, tokenization));
            }
        }
        return previews;
    }

    private static Preview of(long line, Document document, Tokenization tokenization) {
        Row row = Row.of(tokenization.tokens(document));
        String text = DocumentTokens.text(document, tokenization.tokenizer());
        int shown = Math.min(row.length(), SHOWN_TOKENS);
        List<Integer> ids = IntStream.range(0, shown).mapToObj(row::id).toList();
        return new Preview(
                line,
                text.length() <= SHOWN_CHARACTERS
                        ? text
                        : text.substring(0, SHOWN_CHARACTERS) + "…",
                row.length(),
                row.learned(),
                ids,
                ids.stream().map(id -> tokenization.tokenizer().decode(List.of(id))).toList(),
                IntStream.range(0, shown)
                        .mapToObj(i -> i > 0 && row.label(i) != Batch.IGNORED)
                        .toList());
    }
}
