package dev.palimpsest.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.palimpsest.trainer.TrainerEvent.TextEnding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of what a model says in a conversation.
 *
 * @param usage in the last chunk, which then has no choice
 */
record ChatCompletionChunk(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        @Nullable Usage usage) {

    record Choice(
            int index,
            Delta delta,
            @Nullable ChatLogprobs logprobs,
            @Nullable TextEnding finishReason) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Delta(@Nullable String role, @Nullable String content) {}
}
