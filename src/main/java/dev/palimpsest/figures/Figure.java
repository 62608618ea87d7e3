package dev.palimpsest.figures;

/** What a {@link Plotter} can draw; lengths are in pixels. */
public sealed interface Figure permits Chart, HeatChart {
    int WIDTH = 640;

    String title();

    int height();
}
