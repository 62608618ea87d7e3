package dev.palimpsest.metrics;

import java.util.List;

/** The points of one metric, by step. */
public record Series(String key, List<MetricPoint> points) {}
