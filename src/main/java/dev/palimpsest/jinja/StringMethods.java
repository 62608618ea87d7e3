package dev.palimpsest.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code str} that templates call. */
final class StringMethods {
    private static final Set<String> ALL =
            Set.of(
                    "capitalize",
                    "casefold",
                    "center",
                    "count",
                    "encode",
                    "endswith",
                    "expandtabs",
                    "find",
                    "format",
                    "format_map",
                    "index",
                    "isalnum",
                    "isalpha",
                    "isascii",
                    "isdecimal",
                    "isdigit",
                    "isidentifier",
                    "islower",
                    "isnumeric",
                    "isprintable",
                    "isspace",
                    "istitle",
                    "isupper",
                    "join",
                    "ljust",
                    "lower",
                    "lstrip",
                    "maketrans",
                    "partition",
                    "removeprefix",
                    "removesuffix",
                    "replace",
                    "rfind",
                    "rindex",
                    "rjust",
                    "rpartition",
                    "rsplit",
                    "rstrip",
                    "split",
                    "splitlines",
                    "startswith",
                    "strip",
                    "swapcase",
                    "title",
                    "translate",
                    "upper",
                    "zfill");

    private StringMethods() {}

    static boolean isMethod(String name) {
        return ALL.contains(name);
    }

    static Callable bound(String text, String name) {
        return (arguments, scope) -> call(text, name, arguments, scope.budget());
    }

    private static Object call(String text, String name, Arguments given, Budget budget) {
        budget.spend(4L * text.length());
        return switch (name) {
            case "strip" -> strip(text, given.atMost(1).textOrNull(0), true, true);
            case "lstrip" -> strip(text, given.atMost(1).textOrNull(0), true, false);
            case "rstrip" -> strip(text, given.atMost(1).textOrNull(0), false, true);
            case "upper" -> upper(text, given.atMost(0));
            case "lower" -> lower(text, given.atMost(0));
            case "title" -> title(text, given.atMost(0));
            case "capitalize" -> capitalize(text, given.atMost(0));
            case "startswith" -> affix(given.atMost(1), text::startsWith);
            case "endswith" -> affix(given.atMost(1), text::endsWith);
            case "removeprefix" -> {
                String prefix = given.atMost(1).text(0);
                yield text.startsWith(prefix) ? text.substring(prefix.length()) : text;
            }
            case "removesuffix" -> {
                String suffix = given.atMost(1).text(0);
                yield text.endsWith(suffix)
                        ? text.substring(0, text.length() - suffix.length())
                        : text;
            }
            case "isspace" -> {
                given.atMost(0);
                yield Python.isSpace(text);
            }
            case "split" -> split(text, given.atMost(2), budget);
            case "rsplit" -> {
                String by = given.atMost(2).text(0);
                yield splitEnd(text, by, given.number(1, -1), budget);
            }
            case "splitlines" -> {
                given.atMost(0);
                yield lines(text);
            }
            case "replace" -> {
                given.atMost(3);
                yield replace(text, given.text(0), given.text(1), given.number(2, -1), budget);
            }
            case "join" -> join(text, Python.items(given.atMost(1).at(0), budget), budget);
            case "find", "index" -> {
                budget.search(text, given.atMost(1).text(0));
                int at = text.indexOf(given.text(0));
                if (at < 0 && name.equals("index"))
                    throw new Refusal("asks for the index of what is not in the text");
                yield at < 0 ? -1L : (long) text.codePointCount(0, at);
            }
            case "count" -> {
                budget.search(text, given.atMost(1).text(0));
                yield count(text, given.text(0));
            }
            default -> throw new Refusal("calls .%s() of a text".formatted(name));
        };
    }

    static String strip(String text, @Nullable String characters, boolean start, boolean end) {
        if (characters == null) {
            String stripped = start ? Python.stripStart(text) : text;
            return end ? Python.stripEnd(stripped) : stripped;
        }
        if (characters.length() > 64) throw new Refusal("strips more than 64 characters");
        int from = 0;
        int to = text.length();
        while (start && from < to && characters.indexOf(text.codePointAt(from)) >= 0)
            from += Character.charCount(text.codePointAt(from));
        while (end && to > from && characters.indexOf(text.codePointBefore(to)) >= 0)
            to -= Character.charCount(text.codePointBefore(to));
        return text.substring(from, to);
    }

    static String upper(String text, Arguments given) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text, Arguments given) {
        return text.toLowerCase(Locale.ROOT);
    }

    static String capitalize(String text, Arguments given) {
        if (text.isEmpty()) return text;
        int first = text.codePointAt(0);
        String lower = text.toLowerCase(Locale.ROOT);
        String firstLower = Character.toString(first).toLowerCase(Locale.ROOT);
        return titled(first) + lower.substring(firstLower.length());
    }

    /** Each letter after one that has no case is a capital. */
    static String title(String text, Arguments given) {
        StringBuilder out = new StringBuilder();
        boolean cased = false;
        for (int c : text.codePoints().toArray()) {
            if (c == 'Σ') throw new Refusal("puts Greek text in title case");
            out.append(cased ? Character.toString(c).toLowerCase(Locale.ROOT) : titled(c));
            cased =
                    Character.isUpperCase(c)
                            || Character.isLowerCase(c)
                            || Character.isTitleCase(c);
        }
        return out.toString();
    }

    private static String titled(int c) {
        String upper = Character.toString(c).toUpperCase(Locale.ROOT);
        if (upper.codePointCount(0, upper.length()) > 1)
            throw new Refusal("puts '%s' in title case".formatted(Character.toString(c)));
        return Character.toString(Character.toTitleCase(c));
    }

    private interface Affix {
        boolean of(String part);
    }

    private static boolean affix(Arguments given, Affix affix) {
        if (!(given.at(0) instanceof Tuple(var parts))) return affix.of(given.text(0));
        for (Object part : parts) {
            if (!(part instanceof String text))
                throw new Refusal("calls %s with no text".formatted(given.callee()));
            if (affix.of(text)) return true;
        }
        return false;
    }

    private static List<Object> split(String text, Arguments given, Budget budget) {
        String by = given.textOrNull(0);
        long most = given.number(1, -1);
        if (by == null) {
            if (most >= 0) throw new Refusal("splits at white space a number of times");
            return words(text);
        }
        if (by.isEmpty()) throw new Refusal("splits a text at nothing");
        budget.search(text, by);
        List<Object> parts = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(by);
                at >= 0 && (most < 0 || parts.size() < most);
                at = text.indexOf(by, from)) {
            parts.add(text.substring(from, at));
            from = at + by.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static List<Object> splitEnd(String text, String by, long most, Budget budget) {
        if (by.isEmpty()) throw new Refusal("splits a text at nothing");
        budget.search(text, by);
        List<Object> parts = new ArrayList<>();
        int to = text.length();
        for (int at = text.lastIndexOf(by);
                at >= 0 && (most < 0 || parts.size() < most);
                at = to < by.length() ? -1 : text.lastIndexOf(by, to - by.length())) {
            parts.addFirst(text.substring(at + by.length(), to));
            to = at;
        }
        parts.addFirst(text.substring(0, to));
        return parts;
    }

    private static List<Object> words(String text) {
        List<Object> words = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i < text.length() && !Python.isSpace(text.charAt(i))) continue;
            if (i > from) words.add(text.substring(from, i));
            from = i + 1;
        }
        return words;
    }

    private static List<Object> lines(String text) {
        List<Object> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ends =
                    (c >= '\n' && c <= '\r')
                            || (c >= 0x1C && c <= 0x1E)
                            || c == 0x85
                            || c == 0x2028
                            || c == 0x2029;
            if (!ends) continue;
            lines.add(text.substring(from, i));
            if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') i++;
            from = i + 1;
        }
        if (from < text.length()) lines.add(text.substring(from));
        return lines;
    }

    static String replace(String text, String old, String by, long most, Budget budget) {
        if (old.isEmpty()) throw new Refusal("replaces nothing by a text");
        budget.search(text, old);
        StringBuilder out = new StringBuilder();
        int from = 0;
        long done = 0;
        for (int at = text.indexOf(old);
                at >= 0 && (most < 0 || done < most);
                at = text.indexOf(old, from)) {
            budget.spend((long) at - from + by.length());
            out.append(text, from, at).append(by);
            from = at + old.length();
            done++;
        }
        return out.append(text, from, text.length()).toString();
    }

    private static String join(String between, List<Object> items, Budget budget) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            if (!(items.get(i) instanceof String item))
                throw new Refusal("joins %s as a text".formatted(Python.kind(items.get(i))));
            budget.spend((long) item.length() + between.length());
            out.append(i > 0 ? between : "").append(item);
        }
        return out.toString();
    }

    private static long count(String text, String part) {
        if (part.isEmpty()) throw new Refusal("counts nothing in a text");
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length()))
            count++;
        return count;
    }
}
