package dev.palimpsest.evaluation;

import java.util.List;

/**
 * How HumanEval is asked and where its answers end.
 *
 * @param stripped whether a prompt loses the white space around it
 * @param stops texts before the earliest of which a completion is cut
 */
public record CodeProtocol(boolean stripped, List<String> stops) {
    /** As the bigcode harness has it. */
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
                            "<file_sep>"));

    /** As lm-evaluation-harness has it. */
    public static final CodeProtocol HARNESS =
            new CodeProtocol(false, List.of("\nclass", "\ndef", "\n#", "\nif", "\nprint"));

    public CodeProtocol {
        stops = List.copyOf(stops);
    }

    /** The completion before its earliest stop. */
    public String cut(String completion) {
        int end =
                stops.stream()
                        .mapToInt(completion::indexOf)
                        .filter(at -> at >= 0)
                        .min()
                        .orElse(completion.length());
        return completion.substring(0, end);
    }
}
