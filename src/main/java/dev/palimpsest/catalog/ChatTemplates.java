package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.data.ChatTemplate;
import dev.palimpsest.data.Document;
import dev.palimpsest.data.DocumentFile;
import dev.palimpsest.data.Format;
import dev.palimpsest.data.InvalidData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Whether models can write conversations: their templates, and as a sample the first conversation
 * of a dataset. A verdict is kept as long as this process runs and no longer: the next version may
 * render what this one refuses.
 */
@Component
public class ChatTemplates {
    private final Artifacts artifacts;
    private final Map<Pair, Optional<String>> refusals = new ConcurrentHashMap<>();

    ChatTemplates(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    private record Pair(String model, String dataset) {}

    /** Why a ready model can't write the documents of a ready dataset, if it can't. */
    public Optional<String> refusal(BaseModel model, Dataset dataset) {
        if (dataset.format() != Format.MESSAGES) return Optional.empty();
        Pair pair =
                new Pair(model.contentHash().orElseThrow(), dataset.contentHash().orElseThrow());
        return refusals.computeIfAbsent(pair, _ -> found(model, dataset));
    }

    private Optional<String> found(BaseModel model, Dataset dataset) {
        Optional<ChatTemplate> template;
        try {
            template = ChatTemplate.of(model.tokenizer(artifacts));
        } catch (InvalidData refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
        return template.flatMap(its -> refusal(its, dataset));
    }

    private Optional<String> refusal(ChatTemplate template, Dataset dataset) {
        try {
            if (DocumentFile.first(dataset.file(artifacts), dataset.format())
                    instanceof Document.Messages conversation) {
                var _ = template.text(conversation);
            }
            return Optional.empty();
        } catch (InvalidData unsuited) {
            return Optional.of("The first conversation " + unsuited.getMessage());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
