package dev.palimpsest.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

/** By what an option is the best one: its log-likelihood, as it is or for each part of its text. */
public enum Rule {
    SUM("acc") {
        @Override
        double parts(String text, int tokens) {
            return 1;
        }
    },
    PER_CHARACTER("acc_norm") {
        @Override
        double parts(String text, int tokens) {
            return text.codePointCount(0, text.length());
        }
    },
    PER_BYTE("acc_bytes") {
        @Override
        double parts(String text, int tokens) {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }
    },
    PER_TOKEN("acc_per_token") {
        @Override
        double parts(String text, int tokens) {
            return tokens;
        }
    };

    private final String metric;

    Rule(String metric) {
        this.metric = metric;
    }

    /** One of lm-evaluation-harness's, by its metric. */
    static Optional<Rule> harness(String metric) {
        return Stream.of(SUM, PER_CHARACTER, PER_BYTE)
                .filter(rule -> rule.metric.equals(metric))
                .findFirst();
    }

    String metric() {
        return metric;
    }

    abstract double parts(String text, int tokens);
}
