package dev.palimpsest.openai;

import dev.palimpsest.spec.Faults;
import dev.palimpsest.trainer.CompletionWish.Telling;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How texts are written and told.
 *
 * @param most tokens of a text, and the field that says so; null for as many as there may be
 * @param telling what is told besides the texts; null for nothing
 */
record Manner(
        double temperature,
        double topP,
        double frequencyPenalty,
        double presencePenalty,
        int n,
        List<String> stops,
        @Nullable Long seed,
        @Nullable Integer most,
        String mostField,
        boolean stream,
        boolean countsInStream,
        @Nullable Telling telling) {
    private static final int MOST_CHOICES = 8;
    private static final double HOTTEST = 2;
    private static final double LARGEST_PENALTY = 2;

    /** As of which more is kept than the likeliest token. */
    private static final double LEAST_TOP_P = 1e-9;

    Manner {
        stops = List.copyOf(stops);
        topP = Math.max(topP, LEAST_TOP_P);
    }

    static void check(
            double temperature,
            double topP,
            double frequencyPenalty,
            double presencePenalty,
            int n,
            boolean stream,
            @Nullable StreamOptions streamOptions,
            Faults faults) {
        faults.between(temperature, 0, HOTTEST, "/temperature");
        faults.between(topP, 0, 1, "/top_p");
        faults.between(frequencyPenalty, -LARGEST_PENALTY, LARGEST_PENALTY, "/frequency_penalty");
        faults.between(presencePenalty, -LARGEST_PENALTY, LARGEST_PENALTY, "/presence_penalty");
        faults.between(n, 1, MOST_CHOICES, "/n");
        faults.require(stream || streamOptions == null, "/stream_options", "are for a stream only");
    }
}
