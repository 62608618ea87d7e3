package dev.palimpsest.figures;

import java.util.List;

/**
 * A colour and a shape. Colours are Okabe and Ito's, told apart by any colour vision, without the
 * yellow that is lost on white; seven of them and eight shapes make 56 looks.
 */
record Look(String colour, String shape) {
    private static final List<String> COLOURS =
            List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000");

    private static final List<String> SHAPES =
            List.of(
                    "circle",
                    "rect",
                    "triangle",
                    "diamond",
                    "path://M0 0L10 0L5 10Z",
                    "path://M3 0H7V3H10V7H7V10H3V7H0V3H3Z",
                    "path://M2 0L5 3L8 0L10 2L7 5L10 8L8 10L5 7L2 10L0 8L3 5L0 2Z",
                    "path://M5 0L10 3.8L8.1 10H1.9L0 3.8Z");

    static Look of(int number) {
        return new Look(COLOURS.get(number % COLOURS.size()), SHAPES.get(number % SHAPES.size()));
    }
}
