package dev.palimpsest.mlflow;

import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.Tolerant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A param or a tag that is sent. */
@Tolerant
record Entry(String key, @Default("\"\"") String value) {
    private static final int LONGEST_KEY = 250;
    static final int LONGEST_PARAM = 6_000;
    static final int LONGEST_TAG = 8_000;

    Entry {
        new Faults()
                .require(
                        !key.isBlank() && key.length() <= LONGEST_KEY,
                        "/key",
                        "must have 1 to 250 characters")
                .raise();
    }

    static Map<String, String> map(List<Entry> entries) {
        Map<String, String> map = new LinkedHashMap<>();
        for (Entry entry : entries) map.put(entry.key, entry.value);
        return map;
    }

    static void requireShort(Map<String, String> entries, int longest) {
        Faults faults = new Faults();
        entries.forEach(
                (key, value) -> {
                    if (value.length() > longest)
                        faults.refuse(
                                "/" + key,
                                "must have at most %d characters, got %d"
                                        .formatted(longest, value.length()));
                });
        faults.raise();
    }
}
