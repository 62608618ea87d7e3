package dev.palimpsest.evaluation;

import java.util.Locale;

/** What Python does to the white space and the letters of a text, where Java does otherwise. */
final class PythonText {
    private PythonText() {}

    static String strip(String text) {
        int end = endWithoutSpace(text);
        int begin = 0;
        while (begin < end && isSpace(text.charAt(begin))) begin++;
        return text.substring(begin, end);
    }

    /** Where {@code rstrip} would end the text. */
    static int endWithoutSpace(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) end--;
        return end;
    }

    /** The first letter large and all others small. */
    static String capitalize(String text) {
        if (text.isEmpty()) return text;
        int first = text.codePointAt(0);
        String rest = text.substring(Character.charCount(first));
        return Character.toString(Character.toTitleCase(first)) + rest.toLowerCase(Locale.ROOT);
    }

    private static boolean isSpace(char letter) {
        return Character.isWhitespace(letter)
                || Character.isSpaceChar(letter)
                || letter == '\u0085';
    }
}
