package dev.palimpsest.openai;

import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts to be continued, as it is asked for.
 *
 * @param model a base model, a fine-tuned one or a checkpoint of one
 * @param prompt one text or several
 * @param frequencyPenalty comes off a token's logit as often as the text has it
 * @param presencePenalty comes off once if the text has it
 * @param seed of the random numbers; the same answers are given for the same one
 * @param user not looked at, nor kept
 */
record TextOrder(
        String model,
        PromptTexts prompt,
        @Default("16") Integer maxTokens,
        @Default("1") double temperature,
        @Default("1") double topP,
        @Default("0") double frequencyPenalty,
        @Default("0") double presencePenalty,
        @Default("1") int n,
        @Nullable Stops stop,
        @Nullable Long seed,
        @Default("false") boolean stream,
        @Nullable StreamOptions streamOptions,
        @Nullable String user) {
    private static final int MOST_CHOICES = 16;

    TextOrder {
        Faults faults = new Faults();
        Manner.check(
                temperature,
                topP,
                frequencyPenalty,
                presencePenalty,
                n,
                stream,
                streamOptions,
                faults);
        faults.require(
                (long) n * prompt.texts().size() <= MOST_CHOICES,
                "/n",
                "times the prompts must be at most %d texts".formatted(MOST_CHOICES));
        faults.raise();
    }

    Manner manner() {
        return new Manner(
                temperature,
                topP,
                frequencyPenalty,
                presencePenalty,
                n,
                stop == null ? List.of() : stop.texts(),
                seed,
                maxTokens,
                "/max_tokens",
                stream,
                streamOptions != null && streamOptions.includeUsage());
    }
}
