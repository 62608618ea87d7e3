package dev.palimpsest.evaluation;

import org.jspecify.annotations.Nullable;

/** A metric's value over the items of a task and its standard error, where one is defined. */
public record Measure(double value, @Nullable Double stderr) {}
