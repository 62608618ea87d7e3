package dev.palimpsest.jinja;

/** Backslashes in string literals, as Python's {@code unicode-escape} reads them. */
final class Escapes {
    private static final String PLAIN = "\n\\'\"abfnrtv";
    private static final String MEANT = "\0\\'\"\u0007\b\f\n\r\t\u000b"; // \0: nothing

    private Escapes() {}

    static String plain(String literal) {
        if (literal.indexOf('\\') < 0) return literal;
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < literal.length()) {
            char c = literal.charAt(i++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escaped = literal.charAt(i++); // the lexer never ends a string after a backslash
            int known = PLAIN.indexOf(escaped);
            if (escaped > 127)
                throw new Refusal("has a backslash before '%c' in a string".formatted(escaped));
            if (known > 0) text.append(MEANT.charAt(known));
            else if (escaped == 'x') i = code(literal, i, 2, text);
            else if (escaped == 'u') i = code(literal, i, 4, text);
            else if (escaped == 'U') i = code(literal, i, 8, text);
            else if (escaped == 'N' || (escaped >= '0' && escaped <= '7'))
                throw new Refusal("has the escape \\%c, which is not read here".formatted(escaped));
            else if (known < 0) text.append('\\').append(escaped);
        }
        return text.toString();
    }

    private static int code(String literal, int from, int digits, StringBuilder text) {
        try {
            int code = Integer.parseInt(literal, from, from + digits, 16);
            if (code >= 0xD800 && code <= 0xDFFF) throw new Refusal("has half a surrogate pair");
            text.appendCodePoint(code);
            return from + digits;
        } catch (IndexOutOfBoundsException | IllegalArgumentException broken) {
            throw new Refusal("has a broken escape in a string");
        }
    }
}
