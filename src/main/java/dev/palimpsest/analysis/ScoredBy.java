package dev.palimpsest.analysis;

import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.web.BadParameter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which of the tasks' numbers checkpoints are compared by. */
public enum ScoredBy {
    /** Accuracies, or minus bits per byte where a side's tasks have only those. */
    PRIMARY,
    /** Minus the bits per byte of a side's texts, which tell small models and short runs apart. */
    BITS_PER_BYTE;

    /** The values of the query parameter {@code by}. */
    public static final String WORD = "primary";

    public static final String OTHER_WORD = "bits_per_byte";

    /**
     * @throws BadParameter for any other word
     */
    public static ScoredBy of(String word) {
        for (ScoredBy by : values()) if (by.word().equals(word)) return by;
        throw new BadParameter("by", "must be one of " + WORD + ", " + OTHER_WORD);
    }

    private String word() {
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
