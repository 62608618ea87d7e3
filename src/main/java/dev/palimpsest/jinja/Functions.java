package dev.palimpsest.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that every template may call. */
final class Functions {
    private static final int LONGEST_RANGE = 100_000; // the sandbox's own limit

    static final Map<String, Callable> ALL =
            Map.of(
                    "range", Functions::range,
                    "namespace", Functions::namespace,
                    "dict", Functions::dictionary,
                    "raise_exception", Functions::raise,
                    "strftime_now", Functions::now,
                    "cycler", unknown("cycler"),
                    "joiner", unknown("joiner"),
                    "lipsum", unknown("lipsum"));

    private Functions() {}

    private static Callable unknown(String name) {
        return (_, _) -> {
            throw new Refusal("calls %s, which is not known here".formatted(name));
        };
    }

    private static Object range(Arguments given, Scope scope) {
        given.atMost(3);
        boolean one = given.count() == 1;
        long from = one ? 0 : given.number(0, 0);
        long to = given.number(one ? 0 : 1, 0);
        long step = given.number(2, 1);
        if (given.count() == 0 || step == 0) throw new Refusal("calls range without numbers");
        List<Object> numbers = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i = Math.addExact(i, step)) {
            if (numbers.size() == LONGEST_RANGE)
                throw new Refusal("counts over a range of more than %d".formatted(LONGEST_RANGE));
            numbers.add(i);
        }
        scope.budget().spend(numbers.size());
        return numbers;
    }

    private static Object namespace(Arguments given, Scope scope) {
        Namespace namespace = new Namespace();
        namespace.fields.putAll(dictionary(given, scope));
        if (namespace.fields.keySet().stream().anyMatch(name -> name.startsWith("_")))
            throw new Refusal("sets a hidden field of a namespace");
        return namespace;
    }

    private static Map<String, Object> dictionary(Arguments given, Scope scope) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (given.count() > 0) {
            if (given.count() > 1 || !(given.at(0) instanceof Map<?, ?> start))
                throw new Refusal("makes a mapping of %s".formatted(Python.kind(given.at(0))));
            scope.budget().spend(start.size());
            start.forEach((key, value) -> map.put((String) key, value));
        }
        map.putAll(given.named());
        return map;
    }

    private static Object raise(Arguments given, Scope scope) {
        String text = Python.text(given.atMost(1).at(0), scope.budget());
        throw new Refusal("refuses this conversation: " + text);
    }

    private static Object now(Arguments given, Scope scope) {
        String format = given.atMost(1).text(0);
        scope.budget().spend(100L * format.length());
        LocalDateTime now = LocalDateTime.now(scope.rendering.clock);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') out.append(c);
            else if (++i == format.length()) throw new Refusal("writes a date by a broken format");
            else if (format.charAt(i) == '%') out.append('%');
            else out.append(now.format(part(format.charAt(i))));
        }
        return out.toString();
    }

    private static DateTimeFormatter part(char directive) {
        String pattern =
                switch (directive) {
                    case 'd' -> "dd";
                    case 'm' -> "MM";
                    case 'b' -> "MMM";
                    case 'B' -> "MMMM";
                    case 'y' -> "yy";
                    case 'Y' -> "uuuu";
                    case 'H' -> "HH";
                    case 'I' -> "hh";
                    case 'p' -> "a";
                    case 'M' -> "mm";
                    case 'S' -> "ss";
                    case 'a' -> "EEE";
                    case 'A' -> "EEEE";
                    case 'j' -> "DDD";
                    default -> throw new Refusal("writes a date by %%%c".formatted(directive));
                };
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withLocale(Locale.US);
    }
}
