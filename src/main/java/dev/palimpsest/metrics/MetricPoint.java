package dev.palimpsest.metrics;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A value measured at a step; null stands for NaN and the infinities, which JSON cannot say. */
public record MetricPoint(long step, @Nullable Double value, Instant at) {
    static MetricPoint of(long step, double value, Instant at) {
        return new MetricPoint(step, Double.isFinite(value) ? value : null, at);
    }
}
