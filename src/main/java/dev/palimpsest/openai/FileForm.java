package dev.palimpsest.openai;

import dev.palimpsest.spec.Faults;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is said about a file that is sent. */
record FileForm(String filename, @Nullable Duration expiresAfter) {
    private static final int LONGEST_NAME = 255;
    private static final long SHORTEST_SECONDS = 3600;
    private static final long LONGEST_SECONDS = 2_592_000;

    /** From the fields of a form, every fault of them at once. */
    static FileForm of(
            @Nullable String filename,
            @Nullable String purpose,
            @Nullable String anchor,
            @Nullable String seconds) {
        Faults faults = new Faults();
        faults.require(filename != null, "/file", "is required");
        faults.require(
                Purpose.FINE_TUNE.equals(purpose),
                "/purpose",
                purpose == null
                        ? "is required"
                        : "must be fine-tune, which is all that files are for here");
        String name = bare(filename == null ? "" : filename);
        faults.require(
                name.length() <= LONGEST_NAME && name.indexOf('\0') < 0,
                "/file",
                "has a name of more than %d characters, or with a NUL".formatted(LONGEST_NAME));
        faults.require(
                anchor == null ? seconds == null : anchor.equals("created_at"),
                "/expires_after/anchor",
                "must be created_at");
        Optional<Duration> expiry = Optional.empty();
        if (anchor != null || seconds != null) {
            expiry = expiry(seconds);
            faults.require(
                    expiry.isPresent(),
                    "/expires_after/seconds",
                    "must be a whole number between %d and %d"
                            .formatted(SHORTEST_SECONDS, LONGEST_SECONDS));
        }
        faults.raise();
        return new FileForm(name, expiry.orElse(null));
    }

    private static Optional<Duration> expiry(@Nullable String seconds) {
        if (seconds == null || !seconds.matches("\\d{1,9}")) return Optional.empty();
        long given = Long.parseLong(seconds);
        return given < SHORTEST_SECONDS || given > LONGEST_SECONDS
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(given));
    }

    /** Some clients send the path. */
    private static String bare(String filename) {
        String name =
                filename.substring(
                        Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
        return name.isBlank() ? "file.jsonl" : name;
    }
}
