package dev.palimpsest.spec;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a job asks of the worker that runs it, besides the memory that follows from the rest of its
 * spec.
 *
 * @param deviceClass what workers call their devices, or {@code any}
 * @param priority of two jobs that wait, the one with the higher goes first
 * @param labels that a worker must have, each with this value
 */
public record Resources(
        @Default("\"any\"") String deviceClass,
        @Default("0") int priority,
        @Default("{}") Map<String, String> labels) {
    public static final String ANY = "any";

    private static final int HIGHEST_PRIORITY = 1000;
    private static final int MOST_LABELS = 16;
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
        faults.raise();
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
