package dev.palimpsest.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class SpecVersionTests {
    private static final String SPEC =
            """
            {%s"experiment": "exp_1", "dataset": {"train": "sums"}, "method": {"type": "full"},
             "training": {"max_steps": 10, "learning_rate": 1e-3}}
            """;

    @Test
    void aSpecWithoutAVersionIsOfTheFirst() {
        assertThat(Binder.bind(SPEC.formatted(""), JobSpec.class).version()).isEqualTo(1);
    }

    @Test
    void aSpecOfALaterVersionIsRefusedWithTheNewestThatIsRead() {
        assertThatExceptionOfType(InvalidSpec.class)
                .isThrownBy(
                        () ->
                                Binder.bind(
                                        SPEC.formatted("\"version\": 2, \"colour\": \"red\", "),
                                        JobSpec.class))
                .satisfies(
                        refused ->
                                assertThat(refused.faults())
                                        .extracting(Fault::pointer)
                                        .contains("/version", "/colour"));
    }
}
