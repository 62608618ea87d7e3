package dev.palimpsest.figures;

/**
 * Takes text through the library, which neither escapes it nor leaves braces alone: what could mean
 * something there or in SVG goes in as stand-ins and comes out as entities.
 */
final class PlainText {
    private static final String MEANT = "<>&\"'{}|";
    private static final char FIRST_STAND_IN = '\uE000';
    private static final char UNKNOWN = '\uFFFD';

    private PlainText() {}

    /** One line, with nothing in it that means anything. */
    static String guarded(String text) {
        StringBuilder guarded = new StringBuilder();
        text.codePoints()
                .forEach(
                        point -> {
                            int meant = MEANT.indexOf(point);
                            if (meant >= 0) guarded.append((char) (FIRST_STAND_IN + meant));
                            else if (Character.isWhitespace(point)) guarded.append(' ');
                            else if (isShown(point)) guarded.appendCodePoint(point);
                            else guarded.append(UNKNOWN);
                        });
        return guarded.toString();
    }

    /** What is neither a control nor half a character, and no stand-in already. */
    private static boolean isShown(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }

    /** The text that stood before the stand-ins, escaped for XML. */
    static String escaped(String guarded) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < guarded.length(); i++) {
            char c = guarded.charAt(i);
            int meant = c - FIRST_STAND_IN;
            if (meant < 0 || meant >= MEANT.length()) escaped.append(c);
            else escaped.append("&#").append((int) MEANT.charAt(meant)).append(';');
        }
        return escaped.toString();
    }

    /** At most so many characters, the last one an ellipsis where some are left out. */
    static String cut(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) return text;
        return text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
    }
}
