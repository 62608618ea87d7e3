package dev.palimpsest.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LanesTests {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Lanes lanes = new Lanes();

    @Test
    void twoPostsGoToAHostAndOthersWaitAsLongAsThoseHaveTaken() {
        assertThat(lanes.enter("a", NOON)).isEmpty();
        assertThat(lanes.enter("a", NOON.plusSeconds(1))).isEmpty();

        assertThat(lanes.enter("a", NOON.plusSeconds(1))).contains(Duration.ofSeconds(1));
        assertThat(lanes.enter("a", NOON.plusSeconds(9))).contains(Duration.ofSeconds(9));
        assertThat(lanes.enter("b", NOON.plusSeconds(9))).isEmpty();
        lanes.leave("a", NOON);
        assertThat(lanes.enter("a", NOON.plusSeconds(9))).isEmpty();
        assertThat(lanes.enter("a", NOON.plusSeconds(9))).contains(Duration.ofSeconds(8));
    }

    @Test
    void aQuickHostIsTriedAgainSoon() {
        lanes.enter("a", NOON);
        lanes.enter("a", NOON);

        assertThat(lanes.enter("a", NOON)).contains(Duration.ofMillis(250));
        lanes.leave("a", NOON);
        lanes.leave("a", NOON);
        assertThat(lanes.enter("a", NOON)).isEmpty();
    }
}
