package dev.palimpsest.projects;

import java.time.Instant;

/** A tenant. */
record Project(String id, Instant createdAt) {}
