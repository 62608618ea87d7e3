package dev.palimpsest.openai;

import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.trainer.CompletionWish.Telling;
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
 * @param logprobs how many of the likeliest tokens are told with each one, and how likely it was
 * @param echo whether a text begins with its prompt; then max_tokens may be 0
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
        @Nullable Integer logprobs,
        @Default("false") boolean echo,
        @Default("false") boolean stream,
        @Nullable StreamOptions streamOptions,
        @Nullable String user) {
    private static final int MOST_CHOICES = 16;
    private static final int MOST_LIKELIEST = 5;

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
        if (logprobs != null) faults.between(logprobs, 0, MOST_LIKELIEST, "/logprobs");
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
                streamOptions != null && streamOptions.includeUsage(),
                echo || logprobs != null ? new Telling(echo, logprobs) : null);
    }
}
