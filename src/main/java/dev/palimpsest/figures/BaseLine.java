package dev.palimpsest.figures;

/** A value that all points are compared with, such as the base model's. */
public record BaseLine(String name, Direction direction, double value) {
    /** Which way the line runs. */
    public enum Direction {
        /** At a value of y. */
        ACROSS,
        /** At a value of x. */
        UP
    }
}
