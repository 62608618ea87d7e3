package dev.palimpsest.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class DatabaseClockTests {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration QUICK = Duration.ofMillis(2);

    private final DatabaseClock clock = new DatabaseClock(Clock.fixed(NOON, ZoneOffset.UTC));

    @Test
    void aMachineThatIsMinutesLateShowsTheDatabasesTime() {
        assertThat(clock.set(NOON, NOON.plusSeconds(180), QUICK)).isTrue();

        assertThat(clock.instant()).isBetween(NOON.plusSeconds(179), NOON.plusSeconds(180));
    }

    @Test
    void whatASlowAnswerMayLookLikeChangesNothing() {
        assertThat(clock.set(NOON, NOON.plusMillis(90), QUICK)).isFalse();
        assertThat(clock.set(NOON, NOON.plusSeconds(5), Duration.ofSeconds(9))).isFalse();

        assertThat(clock.instant()).isEqualTo(NOON);
    }

    @Test
    void aClockThatWasMendedIsNoLongerCorrected() {
        clock.set(NOON, NOON.minusSeconds(300), QUICK);

        assertThat(clock.set(NOON, NOON, QUICK)).isTrue();

        assertThat(Duration.between(NOON, clock.instant()).abs()).isLessThan(QUICK);
    }
}
