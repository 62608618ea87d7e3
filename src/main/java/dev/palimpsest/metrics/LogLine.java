package dev.palimpsest.metrics;

/** A line of an attempt's log and its number, the first being 1. */
public record LogLine(int number, String text) {}
