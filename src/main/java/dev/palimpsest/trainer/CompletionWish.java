package dev.palimpsest.trainer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.palimpsest.spec.Binder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One line of what a process that writes completions is told on its standard input. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface CompletionWish {
    /** Which texts are meant; none has the number of another. */
    long number();

    /** Texts to write. */
    @JsonTypeName("write")
    record Write(long number, Texts texts) implements CompletionWish {}

    /** Nobody wants the texts any more. */
    @JsonTypeName("call_off")
    record CallOff(long number) implements CompletionWish {}

    /**
     * Prompts and how they are to be continued.
     *
     * @param prompts token ids
     * @param samples texts of each prompt
     * @param seed of the first text; each further one's is one more
     * @param most tokens of a text; 0 writes none
     * @param stops texts that end a text, and are left out of it
     * @param trimmed whether a space that a text begins with is left out
     * @param telling what is told besides; null for nothing
     */
    record Texts(
            List<List<Integer>> prompts,
            int samples,
            long seed,
            double temperature,
            double topP,
            double frequencyPenalty,
            double presencePenalty,
            int most,
            List<String> stops,
            boolean trimmed,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Telling telling) {
        public Texts {
            prompts = prompts.stream().map(List::copyOf).toList();
            stops = List.copyOf(stops);
        }
    }

    /**
     * What is told besides what is written.
     *
     * @param prompts whether texts begin with their prompts
     * @param likeliest how many of the likeliest tokens are named with each one's chance; null
     *     where no chances are told
     */
    record Telling(boolean prompts, @Nullable Integer likeliest) {}

    default String line() {
        return Binder.JSON.writerFor(CompletionWish.class).writeValueAsString(this);
    }

    /** Read as it was written. */
    static CompletionWish of(String line) {
        return Binder.JSON.readValue(line, CompletionWish.class);
    }
}
