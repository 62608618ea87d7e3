package dev.palimpsest.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdsTests {
    @Test
    void idsSortInTheOrderInWhichTheyWereMade() {
        SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
        Ids ids = new Ids(clock);

        List<String> made = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            made.add(ids.next("job"));
            if (i % 1000 == 0) clock.advance(Duration.ofMillis(1));
        }

        assertThat(made).isSorted().doesNotHaveDuplicates();
        assertThat(made.getFirst()).matches("job_[0-9a-z]{26}");
    }
}
