package dev.palimpsest.analysis;

import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.web.BadParameter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which of the tasks' numbers checkpoints are compared by. */
public enum ScoredBy {
    /** Accuracies, or minus bits per byte where a side's tasks have only those. */
    PRIMARY,
    /** Minus the bits per byte of a side's texts, which tell small models and short runs apart. */
    BITS_PER_BYTE;

    static final String PARAMETER = "by";

    /**
     * Of the query parameter {@code by}, which may be left out.
     *
     * @throws BadParameter for any other word
     */
    static ScoredBy of(@Nullable String word) {
        if (word == null) return PRIMARY;
        for (ScoredBy by : values()) if (by.word().equals(word)) return by;
        throw new BadParameter(PARAMETER, "must be one of " + String.join(", ", words()));
    }

    static List<String> words() {
        return Arrays.stream(values()).map(ScoredBy::word).toList();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    Score of(Score score) {
        return this == PRIMARY ? score : score.inBits();
    }

    /** What a side's score is; none without a task that counts. */
    Optional<ScoreKind> kind(List<Task> tasks) {
        return tasks.stream()
                .map(task -> task.primary().kind())
                .filter(kind -> this == PRIMARY || kind == ScoreKind.BITS_PER_BYTE)
                .min(Comparator.naturalOrder());
    }
}
