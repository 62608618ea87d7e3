package dev.palimpsest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CrowdTests {
    private final Clock clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    private final Random random = new Random(17);

    @Test
    void fewWorkersAllLook() {
        Crowd few = crowd(20);

        assertThat(times(few::looks)).isEqualTo(5_000);
        assertThat(times(few::isCalled)).isEqualTo(5_000);
    }

    @Test
    void ofManyAFewDo() {
        Crowd many = crowd(5_000);

        assertThat(times(many::looks)).isBetween(400L, 600L);
        assertThat(times(() -> many.isCalled() && many.looks())).isBetween(15L, 60L);
    }

    private Crowd crowd(long idle) {
        Crowd crowd = new Crowd(() -> idle, random, clock);
        crowd.looks(); // and counts them
        return crowd;
    }

    private static long times(BooleanSupplier of) {
        return IntStream.range(0, 5_000).filter(_ -> of.getAsBoolean()).count();
    }
}
