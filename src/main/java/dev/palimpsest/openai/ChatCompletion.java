package dev.palimpsest.openai;

import dev.palimpsest.trainer.TrainerEvent.TextEnding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a model said in a conversation; the time is in Unix seconds. */
record ChatCompletion(
        String id, String object, long created, String model, List<Choice> choices, Usage usage) {

    record Choice(
            int index,
            Said message,
            @Nullable ChatLogprobs logprobs,
            @Nullable TextEnding finishReason) {}

    record Said(String role, String content, @Nullable String refusal) {}
}
