package dev.palimpsest.completions;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.data.ChatPrompt;
import dev.palimpsest.data.Document;
import dev.palimpsest.data.Tokenizer;
import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Text as its model reads it. The last model's tokenizer stays open, as people ask on. */
@Component
public class Prompts {
    private final Artifacts artifacts;
    private @Nullable Open open;

    Prompts(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    private record Open(String content, Tokenizer tokenizer) {}

    /** A conversation up to where the assistant speaks. */
    public ChatPrompt of(Speaker speaker, List<Document.Message> messages) {
        return by(speaker, tokenizer -> ChatPrompt.of(messages, tokenizer));
    }

    /** Each text by itself; nothing is put before it, but an end of text where it is empty. */
    public List<List<Integer>> of(List<String> texts, Speaker speaker) {
        return by(
                speaker,
                tokenizer ->
                        texts.stream()
                                .map(text -> ChatPrompt.boxed(tokenizer.encode(text)))
                                .map(
                                        tokens ->
                                                tokens.isEmpty()
                                                        ? List.of(tokenizer.endOfText())
                                                        : tokens)
                                .toList());
    }

    private synchronized <T> T by(Speaker speaker, Function<Tokenizer, T> read) {
        String content = speaker.model().contentHash().orElseThrow();
        Open its = open;
        if (its == null || !its.content().equals(content)) {
            close();
            its =
                    new Open(
                            content,
                            Tokenizer.open(
                                    speaker.model()
                                            .tokenizer(artifacts)
                                            .resolve("tokenizer.json")));
            open = its;
        }
        return read.apply(its.tokenizer());
    }

    @PreDestroy
    synchronized void close() {
        if (open != null) open.tokenizer().close();
        open = null;
    }
}
