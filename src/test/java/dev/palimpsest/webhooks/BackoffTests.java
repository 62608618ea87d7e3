package dev.palimpsest.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTests {
    private final Backoff backoff = new Backoff(new Random(17));

    @Test
    void tenAttemptsTakeAboutADay() {
        Duration all =
                IntStream.range(1, Backoff.MOST_TRIES)
                        .mapToObj(backoff::after)
                        .reduce(Duration.ZERO, Duration::plus);

        assertThat(all).isBetween(Duration.ofHours(21), Duration.ofHours(33));
    }

    @Test
    void eachWaitIsThreeTimesTheOneBeforeAndNoTwoAreTheSame() {
        List<Duration> second = IntStream.range(0, 1000).mapToObj(_ -> backoff.after(2)).toList();

        assertThat(second)
                .allMatch(wait -> wait.toMillis() >= 24_000 && wait.toMillis() < 36_000)
                .anyMatch(wait -> wait.toMillis() < 25_000)
                .anyMatch(wait -> wait.toMillis() > 35_000);
    }
}
