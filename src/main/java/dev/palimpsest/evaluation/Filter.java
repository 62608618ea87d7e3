package dev.palimpsest.evaluation;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** How the answer is found in what a model wrote, and compared. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
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
    @JsonTypeName("whole")
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
     * The first group that a match filled is the answer, or the match where there is no group,
     * whatever the case of its letters.
     *
     * @param last whether the last match counts, not the first
     * @param ignored what is taken out of both before they are compared, one after the other
     */
    @JsonTypeName("extract")
    record Extract(
            String metric,
            Regex pattern,
            @Default("false") boolean last,
            @Default("[]") List<Regex> ignored)
            implements Filter {
        private static final Pattern METRIC = Pattern.compile("[a-z0-9][a-z0-9_@.-]{0,63}");

        public Extract {
            ignored = List.copyOf(ignored);
            new Faults()
                    .require(
                            METRIC.matcher(metric).matches(),
                            "/metric",
                            "must have 1 to 64 of a-z, 0-9, '_', '@', '.' and '-', and begin with a letter or digit")
                    .raise();
        }

        @Override
        public boolean passes(String written, boolean stopped, String answer) {
            return extracted(written).map(this::bare).filter(bare(answer)::equals).isPresent();
        }

        private Optional<String> extracted(String written) {
            List<Optional<String>> found = pattern.found(written);
            if (found.isEmpty()) return Optional.empty();
            return (last ? found.getLast() : found.getFirst()).map(PythonText::strip);
        }

        private String bare(String text) {
            String bare = text;
            for (Regex regex : ignored) bare = regex.removedFrom(bare);
            return bare.toLowerCase(Locale.ROOT);
        }
    }
}
