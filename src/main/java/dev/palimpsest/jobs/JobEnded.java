package dev.palimpsest.jobs;

import java.util.Optional;

/** A job came to its end; published inside the transaction in which it did. */
public record JobEnded(String job, int round, Optional<String> sweep) {}
