package dev.palimpsest.figures;

/** Where a value lies by its error; drawn as a bar with two caps. */
public record Interval(double low, double high) {
    public Interval {
        if (!(Double.isFinite(low) && Double.isFinite(high) && low <= high))
            throw new IllegalArgumentException("%s to %s is no interval".formatted(low, high));
    }
}
