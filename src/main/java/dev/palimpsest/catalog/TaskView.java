package dev.palimpsest.catalog;

import dev.palimpsest.evaluation.GenerateAndMatch;
import dev.palimpsest.evaluation.Mechanism;
import dev.palimpsest.evaluation.MultipleChoice;
import dev.palimpsest.evaluation.Perplexity;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.evaluation.Task;

/** A task as the API answers it. */
record TaskView(
        String name,
        int version,
        String description,
        Kind kind,
        String metric,
        ScoreKind scoreKind,
        boolean higherIsBetter,
        long items,
        String dataHash,
        String source,
        String licence,
        boolean builtIn) {
    /** How it asks. */
    enum Kind {
        PERPLEXITY,
        MULTIPLE_CHOICE,
        GENERATE_AND_MATCH;

        static Kind of(Mechanism mechanism) {
            return switch (mechanism) {
                case Perplexity _ -> PERPLEXITY;
                case MultipleChoice _ -> MULTIPLE_CHOICE;
                case GenerateAndMatch _ -> GENERATE_AND_MATCH;
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
                registered.count(),
                registered.dataHash(),
                task.source(),
                task.licence(),
                true);
    }
}
