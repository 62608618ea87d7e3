package dev.palimpsest.metrics;

/** A job has other points than before. Published inside the transaction. */
record PointsFiled(String job) {}
