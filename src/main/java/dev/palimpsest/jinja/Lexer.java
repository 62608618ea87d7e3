package dev.palimpsest.jinja;

import dev.palimpsest.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Source to tokens as Jinja2's lexer does it with {@code trim_blocks} and {@code lstrip_blocks}:
 * one line feed after a block is dropped, and so is the indentation before one.
 */
final class Lexer {
    private static final int LONGEST = 1 << 20;
    private static final String SPACE =
            "[\\t-\\r\\x1c-\\x20\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}"
                    + "\\x{202f}\\x{205f}\\x{3000}]*"; // what Python's \s matches
    private static final Pattern NEW_LINE = Pattern.compile("\r\n|\r|\n");
    private static final Pattern RAW =
            Pattern.compile("\\{%([-+]?)" + SPACE + "raw" + SPACE + "(?:-%}" + SPACE + "|%})");
    private static final Pattern END_RAW =
            Pattern.compile(
                    "\\{%([-+]?)"
                            + SPACE
                            + "endraw"
                            + SPACE
                            + "(?:\\+%}|-%}"
                            + SPACE
                            + "|%}(?<line>\n)?)");
    private static final Pattern COMMENT_END =
            Pattern.compile("\\+#}|-#}" + SPACE + "|#}(?<line>\n)?");
    private static final Pattern BLOCK_END =
            Pattern.compile("\\+%}|-%}" + SPACE + "|%}(?<line>\n)?");
    private static final Pattern VARIABLE_END = Pattern.compile("-}}" + SPACE + "|}}");
    private static final Pattern WORD =
            Pattern.compile(
                    "(?<space>"
                            + SPACE.replace("]*", "]+")
                            + ")"
                            + "|(?<float>(?<!\\.)\\d+(?:\\.\\d+(?:[eE][+-]?\\d+)?|[eE][+-]?\\d+))"
                            + "|(?<integer>0[xXoObB]\\w+|\\d\\w*)"
                            + "|(?<name>[A-Za-z_][A-Za-z_0-9]*)"
                            + "|(?<operator>\\*\\*|//|==|!=|>=|<=|[-+/*%~\\[\\](){}<>=.:|,;])",
                    Pattern.DOTALL);

    private final String source;
    private final boolean trims;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int counted;
    private boolean lineStarts = true;

    private Lexer(String source, boolean trims) {
        this.source = source;
        this.trims = trims;
    }

    /**
     * The tokens of a source.
     *
     * @param trims whether a line's end after a block, white space before one that begins a line,
     *     and the last line's end are left out
     */
    static List<Token> tokens(String source, boolean trims) {
        if (source.length() > LONGEST)
            throw new Refusal("is longer than %d characters".formatted(LONGEST));
        String text = NEW_LINE.matcher(source).replaceAll("\n");
        if (trims && text.endsWith("\n")) text = text.substring(0, text.length() - 1);
        Lexer lexer = new Lexer(text, trims);
        lexer.all();
        return lexer.tokens;
    }

    private void all() {
        while (at < source.length()) {
            int tag = nextTag();
            if (tag < 0) {
                add(Kind.DATA, source.substring(at));
                break;
            }
            boolean variable = source.charAt(tag + 1) == '{';
            char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
            data(source.substring(at, tag), sign, variable);
            at = tag;
            Matcher raw = matcher(RAW);
            if (raw.lookingAt()) {
                pass(raw.end());
                raw();
            } else {
                pass(tag + 2 + (sign == '-' || sign == '+' ? 1 : 0));
                if (variable) inside(Kind.VARIABLE_BEGIN, Kind.VARIABLE_END, VARIABLE_END);
                else if (source.charAt(tag + 1) == '%')
                    inside(Kind.BLOCK_BEGIN, Kind.BLOCK_END, BLOCK_END);
                else comment();
            }
        }
        add(Kind.END, "");
    }

    private int nextTag() {
        for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1))
            if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) return i;
        return -1;
    }

    private void data(String text, char sign, boolean variable) {
        String kept = text;
        if (sign == '-') kept = Python.stripEnd(text);
        else if (trims && sign != '+' && !variable) {
            int lineStart = text.lastIndexOf('\n') + 1;
            if ((lineStart > 0 || lineStarts) && Python.isSpace(text.substring(lineStart)))
                kept = text.substring(0, lineStart);
        }
        if (!kept.isEmpty()) add(Kind.DATA, kept);
    }

    private void raw() {
        Matcher end = matcher(END_RAW);
        if (!end.find()) throw new Refusal("has a raw block without its end, line " + line());
        char sign = end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0);
        data(source.substring(at, end.start()), sign, false);
        passTag(end);
    }

    private void comment() {
        Matcher end = matcher(COMMENT_END);
        if (!end.find()) throw new Refusal("has a comment without its end, line " + line());
        passTag(end);
    }

    private void inside(Kind begin, Kind closing, Pattern endPattern) {
        add(begin, "");
        Deque<Character> open = new ArrayDeque<>();
        while (true) {
            Matcher end = matcher(endPattern);
            if (open.isEmpty() && end.lookingAt()) {
                if (closing == Kind.BLOCK_END) passTag(end);
                else pass(end.end());
                add(closing, "");
                return;
            }
            if (at < source.length() && "'\"".indexOf(source.charAt(at)) >= 0) {
                string(source.charAt(at));
                continue;
            }
            Matcher word = matcher(WORD);
            if (!word.lookingAt())
                throw new Refusal(
                        at >= source.length()
                                ? "ends inside a tag"
                                : "has an unexpected character in line " + line());
            if (word.group("operator") != null) balance(open, word.group());
            word(word);
            pass(word.end());
        }
    }

    private void balance(Deque<Character> open, String operator) {
        int opens = "([{".indexOf(operator);
        int closes = ")]}".indexOf(operator);
        if (opens >= 0) open.push(")]}".charAt(opens));
        if (closes >= 0 && (open.isEmpty() || open.pop() != operator.charAt(0)))
            throw new Refusal("has an unexpected '%s' in line %d".formatted(operator, line()));
    }

    private void word(Matcher word) {
        String text = word.group();
        if (word.group("float") != null) add(Kind.FLOAT, text);
        else if (word.group("integer") != null) add(Kind.INTEGER, text);
        else if (word.group("name") != null) add(Kind.NAME, text);
        else if (word.group("operator") != null) add(Kind.OPERATOR, text);
    }

    /** Passes a literal by hand: a pattern would recurse once for each of its escapes. */
    private void string(char quote) {
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != quote)
            end += source.charAt(end) == '\\' ? 2 : 1;
        if (end >= source.length())
            throw new Refusal("has a string without its end in line " + line());
        add(Kind.STRING, Escapes.plain(source.substring(at + 1, end)));
        pass(end + 1);
    }

    private Matcher matcher(Pattern pattern) {
        return pattern.matcher(source).useTransparentBounds(true).region(at, source.length());
    }

    private void passTag(Matcher end) {
        boolean keepsLine = !trims && end.group("line") != null;
        pass(keepsLine ? end.start("line") : end.end());
    }

    private void pass(int end) {
        lineStarts = end > 0 && source.charAt(end - 1) == '\n';
        at = end;
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line()));
    }

    private int line() {
        for (; counted < Math.min(at, source.length()); counted++)
            if (source.charAt(counted) == '\n') line++;
        return line;
    }
}
