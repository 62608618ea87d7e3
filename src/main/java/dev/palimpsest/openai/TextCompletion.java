package dev.palimpsest.openai;

import dev.palimpsest.trainer.TrainerEvent.TextEnding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a model continued texts, or a part of it; the time is in Unix seconds.
 *
 * @param usage null in a part that does not count
 */
record TextCompletion(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        @Nullable Usage usage) {

    record Choice(
            int index,
            String text,
            @Nullable TextLogprobs logprobs,
            @Nullable TextEnding finishReason) {}
}
