package dev.palimpsest.data;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Text to token ids and back, by a model's own tokenizer.json; no special token is ever added.
 *
 * <p>Threads may share one.
 */
public final class Tokenizer implements AutoCloseable {
    /** What a model's tokens may depend on, its chat template among it. */
    private static final List<String> FILES =
            List.of(
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "chat_template.jinja",
                    "chat_template.json");

    private final Path file;
    private final HuggingFaceTokenizer tokenizer;
    private final int vocabularySize;
    private final int endOfText;
    private final int padding;
    private final Set<Integer> endsOfText;
    private boolean templateRead;
    private @Nullable ChatTemplate chatTemplate;

    private Tokenizer(
            Path file, HuggingFaceTokenizer tokenizer, Vocabulary vocabulary, int endOfText) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.vocabularySize = vocabulary.size();
        this.endOfText = endOfText;
        this.padding = vocabulary.padding().orElse(endOfText);
        this.endsOfText = vocabulary.ends();
    }

    /** Opens a tokenizer.json; {@link InvalidData} says what is wrong with one that can't be. */
    public static Tokenizer open(Path file) {
        Vocabulary vocabulary = Vocabulary.read(file);
        int endOfText =
                vocabulary
                        .endOfText()
                        .orElseThrow(
                                () ->
                                        new InvalidData(
                                                file
                                                        + " does not say which token ends a text;"
                                                        + " name it as eos_token in a"
                                                        + " tokenizer_config.json beside it"));
        if (endOfText < 0 || endOfText >= vocabulary.size())
            throw new InvalidData(
                    "The end-of-text token %d beside %s is not one of its %d tokens"
                            .formatted(endOfText, file, vocabulary.size()));
        return new Tokenizer(file, load(file), vocabulary, endOfText);
    }

    private static HuggingFaceTokenizer load(Path file) {
        try {
            return HuggingFaceTokenizer.builder()
                    .optTokenizerPath(file)
                    .optAddSpecialTokens(false)
                    .optPadding(false)
                    .optTruncation(false)
                    .build();
        } catch (IOException | RuntimeException broken) { // the library throws bare ones
            throw new InvalidData(
                    "%s is not a tokenizer: %s".formatted(file, broken.getMessage()), broken);
        }
    }

    /** Only ids are asked for: the library's own call also brings eight things that cost more. */
    public int[] encode(String text) {
        long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, false);
        try {
            return Arrays.stream(TokenizersLibrary.LIB.getTokenIds(encoding))
                    .mapToInt(Math::toIntExact)
                    .toArray();
        } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
        }
    }

    /** Ids, and the code points from {@code starts} to before {@code ends} that each stands for. */
    record Placed(int[] ids, int[] starts, int[] ends) {}

    Placed encodePlaced(String text) {
        Encoding encoding = tokenizer.encode(text, false, false);
        int[] ids = ids(encoding);
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        @Nullable CharSpan[] spans = encoding.getCharTokenSpans();
        for (int i = 0; i < ids.length; i++) {
            CharSpan span = spans[i];
            starts[i] = span == null ? -1 : span.getStart();
            ends[i] = span == null ? -1 : span.getEnd();
        }
        return new Placed(ids, starts, ends);
    }

    private Path folder() {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file : folder;
    }

    private static int[] ids(Encoding encoding) {
        return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
    }

    /**
     * The chat template beside it, read when first asked for: a model whose template is refused can
     * still learn from other documents.
     */
    public synchronized Optional<ChatTemplate> chatTemplate() {
        if (!templateRead) chatTemplate = ChatTemplate.of(folder()).orElse(null);
        templateRead = true;
        return Optional.ofNullable(chatTemplate);
    }

    /** A sum over all files that its tokens depend on. */
    String fingerprint() {
        Sha256 sum = new Sha256();
        sum.add("end of text %d\n".formatted(endOfText));
        try {
            for (String name : FILES) {
                Path part = file.resolveSibling(name);
                if (!Files.isRegularFile(part)) continue;
                sum.add("%s %d\n".formatted(name, Files.size(part)));
                sum.add(part);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException("the tokenizer " + file + " cannot be read", broken);
        }
        return sum.hex();
    }

    /** The text of the ids; special tokens are written out. */
    public String decode(List<Integer> ids) {
        return tokenizer.decode(ids.stream().mapToLong(Integer::longValue).toArray(), false);
    }

    /** The same of ids that follow others, as a text's beginning may be written in another way. */
    public String continued(List<Integer> ids) {
        List<Integer> after = new ArrayList<>(ids);
        int before = encode("a")[0];
        after.addFirst(before);
        return decode(after).substring(decode(List.of(before)).length());
    }

    /** How many rows of an embedding its ids need. */
    public int vocabularySize() {
        return vocabularySize;
    }

    /** The token that ends every document. */
    public int endOfText() {
        return endOfText;
    }

    /** That token, and those with which the model ends texts besides. */
    public Set<Integer> endsOfText() {
        return endsOfText;
    }

    /** The token that fills short rows, end-of-text where the tokenizer has no other. */
    public int padding() {
        return padding;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
