package dev.palimpsest.advice;

import java.util.List;
import java.util.stream.Stream;

/** The paper's advice, in the words of its final version (v2, section 4.7). */
public enum PaperRule {
    METHOD("1", "use LoRA for instruction finetuning, not for continued pretraining"),
    RANK(
            "2, 9",
            "r = 256 where memory allows, since 16 to 64 tend not to suffice for code; the rank is the knob between learning and"
                    + " forgetting (r = 16 was the advice of v1 alone)"),
    ALPHA("3", "alpha = 2r, always scaled with the rank"),
    TARGETS("2, 6", "all modules; if not all, the MLP rather than attention"),
    RATE(
            "4, 5, 8, 10",
            "sweep 1e-5 to 5e-4 for each method by itself and take the highest rate that still trains stably, about ten times"
                    + " that of full finetuning"),
    LENGTH("7", "expect LoRA to need more epochs than full finetuning");

    private final String numbers;
    private final String says;

    PaperRule(String numbers, String says) {
        this.numbers = numbers;
        this.says = says;
    }

    /** Whether what is advised here is what the paper advises. */
    public enum Agreement {
        AGREES,
        DISAGREES,
        NOT_TOLD
    }

    /**
     * A rule beside what is advised here.
     *
     * @param rules their numbers in the paper's version 2
     */
    public record Beside(List<Integer> rules, String says, Agreement agreement, String words) {}

    private List<Integer> numbers() {
        return Stream.of(numbers.split(", ")).map(Integer::valueOf).toList();
    }

    Beside beside(Agreement agreement, String words) {
        return new Beside(numbers(), says, agreement, words);
    }

    Beside agreeing(boolean agrees, String words) {
        return beside(agrees ? Agreement.AGREES : Agreement.DISAGREES, words);
    }
}
