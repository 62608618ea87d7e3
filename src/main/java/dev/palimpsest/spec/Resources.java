package dev.palimpsest.spec;

import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a job asks of the worker that runs it, besides the memory that follows from the rest of its
 * spec.
 *
 * @param deviceClass what workers call their devices, or {@code any}
 * @param priority of two jobs that wait, the one with the higher goes first
 * @param labels that a worker must have, each with this value
 * @param timeout for how long it may run, all attempts together, as ISO 8601 has it: {@code PT12H}
 */
public record Resources(
        @Default("\"any\"") String deviceClass,
        @Default("0") int priority,
        @Default("{}") Map<String, String> labels,
        @Nullable String timeout) {
    public static final String ANY = "any";

    private static final int HIGHEST_PRIORITY = 1000;
    private static final int MOST_LABELS = 16;
    private static final java.time.Duration SHORTEST = java.time.Duration.ofSeconds(1);
    private static final java.time.Duration LONGEST = java.time.Duration.ofDays(3650);
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");
    private static final Pattern CLASS = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public Resources {
        labels = Map.copyOf(labels);
        Faults faults =
                new Faults()
                        .require(
                                isClass(deviceClass),
                                "/device_class",
                                "must have 1 to 63 of a-z, 0-9, '.', '_' and '-', and begin with a letter or digit")
                        .between(priority, -HIGHEST_PRIORITY, HIGHEST_PRIORITY, "/priority")
                        .require(
                                labels.size() <= MOST_LABELS,
                                "/labels",
                                "must be at most %d, got %d".formatted(MOST_LABELS, labels.size()));
        for (Map.Entry<String, String> label : labels.entrySet())
            faults.require(
                    isLabel(label.getKey()) && isLabel(label.getValue()),
                    "/labels",
                    "must be words of 1 to 63 of a-z, A-Z, 0-9, '.', '_', '/' and '-', got %s=%s"
                            .formatted(label.getKey(), label.getValue()));
        faults.require(
                timeout == null || isDuration(timeout),
                "/timeout",
                "must be a duration of at least a second, such as PT12H or P2D, got " + timeout);
        faults.raise();
    }

    /** For how long it may run, if that is bounded. */
    public Optional<java.time.Duration> limit() {
        return Optional.ofNullable(timeout).map(java.time.Duration::parse);
    }

    private static boolean isDuration(String text) {
        try {
            java.time.Duration duration = java.time.Duration.parse(text);
            return duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0;
        } catch (DateTimeParseException _) {
            return false;
        }
    }

    /** Whether a device's class may be called so. */
    public static boolean isClass(String word) {
        return CLASS.matcher(word).matches();
    }

    /** Whether a label's name or value may be this. */
    public static boolean isLabel(String word) {
        return WORD.matcher(word).matches();
    }
}
