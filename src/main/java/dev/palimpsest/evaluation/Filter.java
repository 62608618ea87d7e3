package dev.palimpsest.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How the answer is found in what a model wrote, and compared. */
public sealed interface Filter {
    /** What passing is called. */
    String metric();

    /**
     * Whether what was written holds the answer.
     *
     * @param written up to where a stop was found
     */
    boolean passes(String written, boolean stopped, String answer);

    /** All that was written is the answer, and a stop came after it. */
    record Whole() implements Filter {
        @Override
        public String metric() {
            return "exact_match";
        }

        @Override
        public boolean passes(String written, boolean stopped, String answer) {
            return stopped && written.strip().equals(answer);
        }
    }

    /**
     * The first group that a match filled is the answer, whatever the case of its letters.
     *
     * @param last whether the last match counts, not the first
     * @param ignored what is taken out of both before they are compared, one after the other
     */
    record Extract(String metric, Pattern pattern, boolean last, List<Pattern> ignored)
            implements Filter {
        @Override
        public boolean passes(String written, boolean stopped, String answer) {
            return extracted(written).map(this::bare).filter(bare(answer)::equals).isPresent();
        }

        private Optional<String> extracted(String written) {
            Stream<MatchResult> matches = pattern.matcher(written).results();
            return (last ? matches.reduce((_, later) -> later) : matches.findFirst())
                    .flatMap(Extract::filledGroup)
                    .map(PythonText::strip);
        }

        private static Optional<String> filledGroup(MatchResult match) {
            return IntStream.rangeClosed(1, match.groupCount())
                    .mapToObj(match::group)
                    .filter(group -> group != null && !group.isEmpty())
                    .findFirst();
        }

        private String bare(String text) {
            String bare = text;
            for (Pattern pattern : ignored) bare = pattern.matcher(bare).replaceAll("");
            return bare.toLowerCase(Locale.ROOT);
        }
    }
}
