package dev.palimpsest.studies;

import java.time.Instant;
import java.util.Optional;

/**
 * A study came to its end; published inside the transaction in which it did.
 *
 * @param status succeeded, failed or cancelled
 * @param reason why it failed
 */
public record StudyEnded(
        String study, String experiment, String status, Optional<String> reason, Instant at) {}
