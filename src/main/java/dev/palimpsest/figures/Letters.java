package dev.palimpsest.figures;

import java.util.Map;

/** How text is set, and how much room it needs in a wide font, as no font is at hand to ask. */
final class Letters {
    static final int SMALL = 11;
    static final int TITLE = 14;
    static final String INK = "#222222";
    static final double WIDTH_BY_HEIGHT = 0.6;

    private Letters() {}

    static int width(String text) {
        return (int) Math.ceil(text.length() * SMALL * WIDTH_BY_HEIGHT);
    }

    static Map<String, Object> style(int size) {
        return Map.of("fontSize", size, "color", INK, "fontFamily", "sans-serif");
    }

    /** A heading, centred; or a remark. */
    static Map<String, Object> heading(String text, int top, int size) {
        return Map.of(
                "text",
                text,
                "left",
                "center",
                "top",
                top,
                "padding",
                0,
                "itemGap",
                0,
                "textStyle",
                Map.of(
                        "fontSize",
                        size,
                        "fontWeight",
                        size == TITLE ? "bold" : "normal",
                        "color",
                        INK,
                        "fontFamily",
                        "sans-serif"));
    }
}
