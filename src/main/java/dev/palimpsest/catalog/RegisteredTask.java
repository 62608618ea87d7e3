package dev.palimpsest.catalog;

import dev.palimpsest.evaluation.Protocol;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.evaluation.TaskDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task and how it is asked.
 *
 * @param sources the files its items come from, where they do not come with the service
 * @param unavailable why it cannot be asked, or null
 * @param content what it asks; there unless it is unavailable
 * @param definition of a team's own task; null for one that every installation has
 */
public record RegisteredTask(
        Task task,
        Protocol protocol,
        List<SourceFile> sources,
        @Nullable String unavailable,
        Optional<Content> content,
        @Nullable TaskDefinition definition) {

    /** A benchmark's file as it was published, unpacked. */
    public record SourceFile(String name, String sha256) {}

    /**
     * The file of a task's items, and what tells results on equal items, asked and judged by equal
     * rules, from others.
     *
     * @param count how many items there are
     */
    public record Content(Path items, String hash, long count) {}

    public String name() {
        return task.name();
    }

    public int fewShot() {
        return protocol.fewShot();
    }

    /** What it asks, or the refusal that the reason calls for. */
    public Content contentOr(Function<String, ? extends RuntimeException> refusal) {
        return content.orElseThrow(() -> refusal.apply(Objects.requireNonNull(unavailable)));
    }
}
