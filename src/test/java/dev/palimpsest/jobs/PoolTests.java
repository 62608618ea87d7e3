package dev.palimpsest.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.background.RetrySettings;
import dev.palimpsest.spec.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolTests {
    private static final long GIGABYTE = 1_000_000_000;

    private final Pool pool =
            new Pool(
                    List.of(
                            new Pool.Held("cpu", "cpu", 16 * GIGABYTE, Map.of("zone", "a"), false),
                            new Pool.Held(
                                    "h200", "cuda", 141 * GIGABYTE, Map.of("zone", "b"), true)));

    @Test
    void itSaysWhatNoWorkerHas() {
        assertThat(lacks("h200", Map.of(), 80 * GIGABYTE, 90 * GIGABYTE)).isEmpty();
        assertThat(lacks("cuda", Map.of("zone", "b"), 80 * GIGABYTE, 0)).isEmpty();
        assertThat(lacks("any", Map.of(), 200 * GIGABYTE, 16 * GIGABYTE)).isEmpty();
        assertThat(lacks("a100", Map.of(), 0, 0))
                .isEqualTo(
                        "a worker of the device class a100 registers; those there are have cpu, h200");
        assertThat(lacks("h200", Map.of("zone", "a"), 0, 0))
                .isEqualTo(
                        "a worker with the labels zone=a registers; of its class none has all of them");
        assertThat(lacks("h200", Map.of(), 142 * GIGABYTE, 0)).contains("142.0 GB", "141.0 GB");
        assertThat(new Pool(List.of()).lacks(needs("any", Map.of(), 0, 0)))
                .contains("a worker registers; there is none");
    }

    @Test
    void itSaysWhereAllDisksAreFull() {
        assertThat(pool.lacksRoom(needs("h200", Map.of(), 0, 0)).orElse(""))
                .startsWith("there is room on a worker's disk");
        assertThat(pool.lacksRoom(needs("any", Map.of(), 0, 0))).isEmpty();
        assertThat(pool.lacksRoom(needs("a100", Map.of(), 0, 0))).isEmpty();
    }

    @Test
    void theWaitAfterEachFaultIsTwiceTheOneBeforeUntilItIsTheLongest() {
        RetrySettings retry = new RetrySettings(9, Duration.ofSeconds(2), Duration.ofSeconds(15));

        assertThat(List.of(0, 1, 2, 3, 4, 5))
                .map(retry::waitAfter)
                .map(Duration::toSeconds)
                .containsExactly(0L, 2L, 4L, 8L, 15L, 15L);
    }

    private String lacks(String deviceClass, Map<String, String> labels, long on, long off) {
        return pool.lacks(needs(deviceClass, labels, on, off)).orElse("");
    }

    private static Needs needs(String deviceClass, Map<String, String> labels, long on, long off) {
        return new Needs(new Resources(deviceClass, 0, labels, null), on, off);
    }
}
