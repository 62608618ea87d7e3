package dev.palimpsest.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.OracleSet;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** The set's learning-rate schedules, each as the job spec says it. */
class ScheduleOracleTests {
    @TestFactory
    Stream<DynamicTest> everyMultipleIsTheirs() throws IOException {
        JsonNode oracle = OracleSet.json(OracleSet.chosen().folder().resolve("schedules.json"));
        int warmup = oracle.path("warmup_steps").asInt();
        int steps = oracle.path("total_steps").asInt();
        Map<String, Schedule> schedules =
                Map.of(
                        "hf_cosine", new Schedule.Cosine(warmup, 0),
                        "hf_linear", new Schedule.Linear(warmup, 0),
                        "hf_constant_with_warmup", new Schedule.Constant(warmup),
                        "cosine_floor_0_01", new Schedule.Cosine(warmup, 0.01),
                        "inv_sqrt_scale10_cooldown12",
                                new Schedule.InverseSquareRoot(warmup, 10, 12, 0.014, 0));
        JsonNode expected = oracle.path("schedules");
        return expected.propertyStream()
                .map(
                        named ->
                                DynamicTest.dynamicTest(
                                        named.getKey(),
                                        () -> {
                                            Schedule schedule =
                                                    Objects.requireNonNull(
                                                            schedules.get(named.getKey()));
                                            for (int step = 0; step < steps; step++)
                                                assertThat(schedule.multiple(step, steps))
                                                        .isCloseTo(
                                                                named.getValue()
                                                                        .get(step)
                                                                        .asDouble(),
                                                                within(1e-12));
                                        }));
    }
}
