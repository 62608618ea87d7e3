package dev.palimpsest.figures;

import java.util.regex.Pattern;

/**
 * What the library drew, made fit to stand beside others in one page and to be read by any tool.
 */
final class Svg {
    private static final Pattern OWN_NAME = Pattern.compile("(?<=[\"#])zr\\d+-");

    private Svg() {}

    static String of(String drawn, String title, String name) {
        String svg = drawn.replace(" id=\"0\"", ""); // the background, which nothing refers to
        svg = OWN_NAME.matcher(svg).replaceAll("figure-" + name + "-");
        svg = svg.replace("dominant-baseline=\"central\"", "dy=\"0.35em\""); // not known to all
        String label = "<svg role=\"img\" aria-label=\"%s\"".formatted(PlainText.guarded(title));
        return PlainText.escaped(label + svg.substring("<svg".length()));
    }
}
