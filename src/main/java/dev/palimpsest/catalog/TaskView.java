package dev.palimpsest.catalog;

import dev.palimpsest.evaluation.GenerateAndMatch;
import dev.palimpsest.evaluation.GenerateAndRun;
import dev.palimpsest.evaluation.Mechanism;
import dev.palimpsest.evaluation.MultipleChoice;
import dev.palimpsest.evaluation.Perplexity;
import dev.palimpsest.evaluation.Schema;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.evaluation.TaskDefinition;
import dev.palimpsest.spec.Convention;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task as the API answers it.
 *
 * @param items how many there are; none while it is unavailable
 * @param files of its benchmark, with the SHA-256 of each as it is unpacked
 * @param unavailable why no job can name it, or null
 * @param definition of a team's own task, as it was posted
 */
record TaskView(
        String name,
        int version,
        String description,
        Kind kind,
        String metric,
        ScoreKind scoreKind,
        boolean higherIsBetter,
        long items,
        @Nullable String dataHash,
        String source,
        String licence,
        List<RegisteredTask.SourceFile> files,
        int fewShot,
        Convention convention,
        @Nullable String unavailable,
        boolean builtIn,
        @Nullable TaskDefinition definition) {
    /** How it asks. */
    enum Kind {
        PERPLEXITY,
        MULTIPLE_CHOICE,
        SCHEMA,
        GENERATE_AND_MATCH,
        GENERATE_AND_RUN;

        static Kind of(Mechanism mechanism) {
            return switch (mechanism) {
                case Perplexity _ -> PERPLEXITY;
                case MultipleChoice _ -> MULTIPLE_CHOICE;
                case Schema _ -> SCHEMA;
                case GenerateAndMatch _ -> GENERATE_AND_MATCH;
                case GenerateAndRun _ -> GENERATE_AND_RUN;
            };
        }
    }

    static TaskView of(RegisteredTask registered) {
        Task task = registered.task();
        return new TaskView(
                task.name(),
                task.version(),
                task.description(),
                Kind.of(task.mechanism()),
                task.primary().metric(),
                task.primary().kind(),
                task.primary().higherIsBetter(),
                registered.content().map(RegisteredTask.Content::count).orElse(0L),
                registered.content().map(RegisteredTask.Content::hash).orElse(null),
                task.source(),
                task.licence(),
                registered.sources(),
                registered.protocol().fewShot(),
                registered.protocol().convention(),
                registered.unavailable(),
                registered.definition() == null,
                registered.definition());
    }
}
