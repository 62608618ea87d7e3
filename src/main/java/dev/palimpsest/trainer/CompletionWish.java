package dev.palimpsest.trainer;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.palimpsest.spec.Binder;
import java.util.List;

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
     * @param most tokens of a text
     * @param stops texts that end a text, and are left out of it
     * @param trimmed whether a space that a text begins with is left out
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
            boolean trimmed) {
        public Texts {
            prompts = prompts.stream().map(List::copyOf).toList();
            stops = List.copyOf(stops);
        }
    }

    default String line() {
        return Binder.JSON.writerFor(CompletionWish.class).writeValueAsString(this);
    }

    /** Read as it was written. */
    static CompletionWish of(String line) {
        return Binder.JSON.readValue(line, CompletionWish.class);
    }
}
