package dev.palimpsest.hub;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** How long an answer asks to wait: {@code Retry-After} in seconds or as a date, else the limit. */
final class AskedWait {
    /** {@code RateLimit: "api";r=0;t=55}: nothing remains, and more comes in 55 seconds. */
    private static final Pattern RESET = Pattern.compile(";\\s*t=(\\d{1,9})");

    private AskedWait() {}

    static @Nullable Duration in(Headers headers, Clock clock) {
        String after = Objects.requireNonNullElse(headers.get("Retry-After"), "").strip();
        if (after.matches("\\d{1,9}")) return Duration.ofSeconds(Long.parseLong(after));
        if (!after.isEmpty()) {
            try {
                Duration left =
                        Duration.between(
                                clock.instant(),
                                ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME));
                return left.isNegative() ? Duration.ZERO : left;
            } catch (DateTimeException _) {
                return null;
            }
        }
        Matcher reset = RESET.matcher(Objects.requireNonNullElse(headers.get("RateLimit"), ""));
        return reset.find() ? Duration.ofSeconds(Long.parseLong(reset.group(1))) : null;
    }
}
