package dev.palimpsest.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FindingsTests {
    private static final JsonNode TRADEOFF =
            json(
                    """
                    {"base": {"learning": 0.01, "source_score": 0.6, "learning_bits_per_byte": 3.0},
                     "points": [{"job": "job_1", "step": 20, "learning": 0.3, "source_score": 0.5,
                                 "learning_bits_per_byte": 1.5},
                                {"job": "job_1", "step": 10, "learning": 0.2, "source_score": 0.55,
                                 "learning_bits_per_byte": 2.0},
                                {"job": "job_2", "step": 30, "learning": 0.9, "source_score": 0.1}]}
                    """);
    private static final JsonNode JOB =
            json(
                    """
                    {"id": "job_1", "name": "full", "trainable_parameters": 5000000, "peak_bytes": 900000000,
                     "started_at": "2026-01-01T00:00:00Z", "ended_at": "2026-01-01T00:01:25Z"}
                    """);
    private static final JsonNode SPEEDS =
            json(
                    """
                    {"data": [{"points": [{"value": 10}, {"value": 4000}, {"value": 5000}]}]}
                    """);

    @Test
    void theBaseModelIsComparedWithTheLastCheckpointOfTheJob() {
        Findings found = Findings.of(TRADEOFF, JOB, SPEEDS);

        assertThat(found.learning()).isEqualTo(new Findings.Change(0.01, 0.3));
        assertThat(found.source()).isEqualTo(new Findings.Change(0.6, 0.5));
        assertThat(found.learningBits()).isEqualTo(new Findings.Change(3.0, 1.5));
        assertThat(found.sourceBits()).isEqualTo(new Findings.Change(Double.NaN, Double.NaN));
        assertThat(found.tokensPerSecond()).isEqualTo(4000);
        assertThat(found.time()).isEqualTo(Duration.ofSeconds(85));
    }

    @Test
    void theTableHasALineAJobUnderItsHead() {
        Findings found = Findings.of(TRADEOFF, JOB, SPEEDS);

        List<String> table = Findings.table(List.of(found, found));

        assertThat(table).hasSize(4);
        assertThat(table.get(2))
                .contains("full", "0.010 -> 0.300", "+0.100", "3.000 -> 1.500", "5,000,000")
                .contains("4,000", "0.90 GB", "85 s")
                .doesNotContain("NaN");
    }

    private static JsonNode json(String text) {
        return new JsonMapper().readTree(text);
    }
}
