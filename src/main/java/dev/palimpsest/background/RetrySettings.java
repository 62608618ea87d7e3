package dev.palimpsest.background;

import dev.palimpsest.home.CannotStart;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How often faults of machines are tried again; faults of a spec, or of a piece of work, are not.
 *
 * @param mostAttempts in a row, none of which stored a new checkpoint of a job's
 * @param firstWait before the second attempt; before each further one it is twice as long
 * @param longestWait at most
 */
@ConfigurationProperties("palimpsest.retry")
public record RetrySettings(
        @DefaultValue("3") int mostAttempts,
        @DefaultValue("2s") Duration firstWait,
        @DefaultValue("5m") Duration longestWait) {
    public RetrySettings {
        if (mostAttempts < 1)
            throw new CannotStart("palimpsest.retry.most-attempts must be at least 1");
        if (firstWait.isNegative() || longestWait.compareTo(firstWait) < 0)
            throw new CannotStart(
                    "palimpsest.retry.first-wait must be at least 0 and at most longest-wait");
    }

    /** Before the next attempt after so many faults. */
    public Duration waitAfter(int faults) {
        if (faults < 1) return Duration.ZERO;
        Duration wait = firstWait;
        for (int i = 1; i < faults && wait.compareTo(longestWait) < 0; i++)
            wait = wait.multipliedBy(2);
        return wait.compareTo(longestWait) < 0 ? wait : longestWait;
    }
}
