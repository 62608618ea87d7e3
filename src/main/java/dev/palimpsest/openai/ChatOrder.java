package dev.palimpsest.openai;

import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.trainer.CompletionWish.Telling;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation to go on with, as it is asked for.
 *
 * @param model a base model, a fine-tuned one or a checkpoint of one
 * @param maxTokens what the other field was called before
 * @param frequencyPenalty comes off a token's logit as often as the text has it
 * @param presencePenalty comes off once if the text has it
 * @param seed of the random numbers; the same answers are given for the same one
 * @param logprobs whether it is told how likely each token was
 * @param topLogprobs how many of the likeliest tokens are told with each
 * @param user not looked at, nor kept
 */
record ChatOrder(
        String model,
        List<ChatMessage> messages,
        @Nullable Integer maxCompletionTokens,
        @Nullable Integer maxTokens,
        @Default("1") double temperature,
        @Default("1") double topP,
        @Default("0") double frequencyPenalty,
        @Default("0") double presencePenalty,
        @Default("1") int n,
        @Nullable Stops stop,
        @Nullable Long seed,
        @Default("false") boolean logprobs,
        @Nullable Integer topLogprobs,
        @Default("false") boolean stream,
        @Nullable StreamOptions streamOptions,
        @Nullable String user) {
    private static final int MOST_MESSAGES = 1000;
    private static final int MOST_LIKELIEST = 20;

    ChatOrder {
        messages = List.copyOf(messages);
        Faults faults = new Faults();
        faults.require(
                !messages.isEmpty() && messages.size() <= MOST_MESSAGES,
                "/messages",
                "must be 1 to %d messages, got %d".formatted(MOST_MESSAGES, messages.size()));
        faults.require(
                maxTokens == null || maxCompletionTokens == null,
                "/max_tokens",
                "says what max_completion_tokens says; send one of them");
        Manner.check(
                temperature,
                topP,
                frequencyPenalty,
                presencePenalty,
                n,
                stream,
                streamOptions,
                faults);
        int likeliest = topLogprobs == null ? 0 : topLogprobs;
        faults.between(likeliest, 0, MOST_LIKELIEST, "/top_logprobs");
        faults.require(logprobs || likeliest == 0, "/top_logprobs", "needs logprobs to be true");
        faults.raise();
    }

    Manner manner() {
        boolean before = maxTokens != null;
        return new Manner(
                temperature,
                topP,
                frequencyPenalty,
                presencePenalty,
                n,
                stop == null ? List.of() : stop.texts(),
                seed,
                before ? maxTokens : maxCompletionTokens,
                before ? "/max_tokens" : "/max_completion_tokens",
                stream,
                streamOptions != null && streamOptions.includeUsage(),
                logprobs ? new Telling(false, topLogprobs == null ? 0 : topLogprobs) : null);
    }
}
