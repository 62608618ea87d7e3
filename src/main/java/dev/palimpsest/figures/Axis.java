package dev.palimpsest.figures;

import java.util.List;

/**
 * One side of a chart.
 *
 * @param unit may be blank
 * @param categories names of the places 0, 1, 2, … of a scale of categories
 */
public record Axis(String name, String unit, Scale scale, List<String> categories) {
    /** How a value becomes a place. */
    public enum Scale {
        LINEAR,
        LOG,
        CATEGORIES
    }

    public Axis {
        categories = List.copyOf(categories);
        if (categories.isEmpty() == (scale == Scale.CATEGORIES))
            throw new IllegalArgumentException("an axis of categories names them, another doesn't");
    }

    public static Axis linear(String name, String unit) {
        return new Axis(name, unit, Scale.LINEAR, List.of());
    }

    public static Axis log(String name, String unit) {
        return new Axis(name, unit, Scale.LOG, List.of());
    }

    public static Axis of(String name, List<String> categories) {
        return new Axis(name, "", Scale.CATEGORIES, categories);
    }

    String label() {
        String scaled = scale == Scale.LOG ? "log scale" : "";
        String inside = unit.isBlank() || scaled.isEmpty() ? unit + scaled : unit + ", " + scaled;
        return inside.isBlank() ? name : name + " (" + inside + ")";
    }

    void check(double value) {
        if (!Double.isFinite(value) || (scale == Scale.LOG && value <= 0))
            throw new IllegalArgumentException("%s cannot be shown on %s".formatted(value, name));
    }
}
