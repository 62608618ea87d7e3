package dev.palimpsest.evaluation;

import dev.palimpsest.model.LanguageModel.Sampling;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How programs are asked for, and where they end.
 *
 * @param stripped whether a prompt loses the white space around it
 * @param stops texts before the earliest of which a completion is cut
 * @param samples of each problem
 * @param sampling how their tokens are chosen, and how many there are at most
 * @param promptCounts whether the prompt's tokens count among them
 * @param fenced whether of a completion with code fences only the first block counts
 */
public record CodeProtocol(
        boolean stripped,
        List<String> stops,
        int samples,
        Sampling sampling,
        boolean promptCounts,
        boolean fenced) {
    /** The paper's: as the bigcode harness has it, with 50 samples (section 3.2). */
    public static final CodeProtocol PAPER =
            new CodeProtocol(
                    true,
                    List.of(
                            "\nclass",
                            "\ndef",
                            "\n#",
                            "\n@",
                            "\nprint",
                            "\nif",
                            "\n```",
                            "<file_sep>"),
                    50,
                    new Sampling(0.2, 0.95, 0, 512),
                    true,
                    false);

    /** As lm-evaluation-harness asks HumanEval. */
    public static final CodeProtocol HARNESS =
            new CodeProtocol(
                    false,
                    List.of("\nclass", "\ndef", "\n#", "\nif", "\nprint"),
                    1,
                    Sampling.greedy(1024),
                    false,
                    false);

    /** As lm-evaluation-harness asks MBPP. */
    public static final CodeProtocol MBPP =
            new CodeProtocol(false, List.of("[DONE]"), 1, Sampling.greedy(256), false, true);

    /** The word after a fence that opens a block is the language's name, or taken for it. */
    private static final Pattern FENCED =
            Pattern.compile("```(?:\\w+)?\n?(.*?)\n?```", Pattern.DOTALL);

    public CodeProtocol {
        stops = List.copyOf(stops);
    }

    /** The part of what was written that belongs to the program. */
    public String completion(String written) {
        int end = end(written);
        String cut = end < 0 ? written : written.substring(0, end);
        if (!fenced) return cut;
        Matcher block = FENCED.matcher("```" + cut); // the prompt has opened the first one
        return block.find() ? block.group(1) : cut;
    }

    /** Where the earliest stop begins, or -1. */
    int end(String written) {
        return stops.stream().mapToInt(written::indexOf).filter(at -> at >= 0).min().orElse(-1);
    }

    /** How many tokens may follow a prompt of so many. */
    int most(int promptTokens) {
        return Math.max(0, sampling.most() - (promptCounts ? promptTokens : 0));
    }
}
