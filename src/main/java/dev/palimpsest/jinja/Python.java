package dev.palimpsest.jinja;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What values mean in Python: a value is a String, Long, Double, Boolean, {@link None}, List, Map
 * with text keys, {@link Tuple}, {@link Undefined}, {@link Namespace}, {@link Lazy}, {@link Loop}
 * or {@link Callable}.
 */
final class Python {
    private static final long EXACT = 1L << 53; // whole numbers that a double holds

    private Python() {}

    static boolean truth(Object value) {
        return switch (value) {
            case Boolean b -> b;
            case String s -> !s.isEmpty();
            case Long n -> n != 0;
            case Double d -> d != 0;
            case List<?> items -> !items.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case Tuple tuple -> !tuple.items().isEmpty();
            case None _, Undefined _ -> false;
            case Lazy _ -> throw new Refusal("asks whether a filter gave anything; add |list");
            default -> true;
        };
    }

    static String kind(Object value) {
        return switch (value) {
            case Boolean _ -> "a boolean";
            case String _ -> "a text";
            case Long _, Double _ -> "a number";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a mapping";
            case Tuple _ -> "a tuple";
            case None _ -> "none";
            case Undefined undefined -> undefined.name() + ", which is undefined,";
            default -> "an object";
        };
    }

    static boolean equal(Object a, Object b, Budget budget) {
        budget.spend(1);
        budget.enter();
        boolean equal = same(a, b, budget);
        budget.leave();
        return equal;
    }

    private static boolean same(Object a, Object b, Budget budget) {
        if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) == 0;
        return switch (a) {
            case String text -> {
                budget.spend(text.length());
                yield text.equals(b);
            }
            case List<?> items -> b instanceof List<?> others && sameItems(items, others, budget);
            case Tuple(var items) ->
                    b instanceof Tuple(var others) && sameItems(items, others, budget);
            case Map<?, ?> map -> b instanceof Map<?, ?> other && sameMap(map, other, budget);
            case Undefined _ -> b instanceof Undefined;
            case Loop _, Lazy _ -> throw new Refusal("compares " + kind(a));
            default -> a.equals(b); // itself alone
        };
    }

    private static boolean sameItems(List<?> a, List<?> b, Budget budget) {
        if (a.size() != b.size()) return false;
        for (int i = 0; i < a.size(); i++) if (!equal(a.get(i), b.get(i), budget)) return false;
        return true;
    }

    private static boolean sameMap(Map<?, ?> a, Map<?, ?> b, Budget budget) {
        if (a.size() != b.size()) return false;
        for (Map.Entry<?, ?> entry : a.entrySet()) {
            Object other = b.get(entry.getKey());
            if (other == null || !equal(entry.getValue(), other, budget)) return false;
        }
        return true;
    }

    /** Less than, equal or greater; only numbers and texts have an order here. */
    static int compare(Object a, Object b) {
        if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
        if (a instanceof String s && b instanceof String t)
            return Arrays.compare(s.codePoints().toArray(), t.codePoints().toArray());
        throw new Refusal("compares %s with %s".formatted(kind(a), kind(b)));
    }

    private static int compareNumbers(Object a, Object b) {
        if (a instanceof Double || b instanceof Double) {
            double x = real(a);
            double y = real(b);
            return x < y ? -1 : x > y ? 1 : 0; // zero and minus zero are equal
        }
        return Long.compare(whole(a), whole(b));
    }

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static long whole(Object value) {
        return switch (value) {
            case Long n -> n;
            case Boolean b -> b ? 1 : 0;
            case Undefined undefined -> throw undefined.used();
            default -> throw new Refusal("uses %s for a number".formatted(kind(value)));
        };
    }

    static double real(Object value) {
        if (value instanceof Double d) return d;
        long n = whole(value);
        if (Math.abs(n) > EXACT) throw new Refusal("reckons with a number of more than 16 digits");
        return n;
    }

    /** The items that a loop, a filter or {@code in} walks through. */
    static List<Object> items(Object value, Budget budget) {
        List<Object> items =
                switch (value) {
                    case List<?> list -> objects(list);
                    case Tuple tuple -> tuple.items();
                    case Lazy lazy -> lazy.items();
                    case Map<?, ?> map -> new ArrayList<>(map.keySet());
                    case String text -> {
                        budget.spend(4L * text.length());
                        yield text.codePoints().<Object>mapToObj(Character::toString).toList();
                    }
                    case Undefined _ -> List.of();
                    default -> throw new Refusal("walks through %s".formatted(kind(value)));
                };
        budget.spend(items.size());
        return items;
    }

    @SuppressWarnings("unchecked") // lists are only ever made of values
    static List<Object> objects(List<?> list) {
        return (List<Object>) list;
    }

    static boolean contains(Object container, Object item, Budget budget) {
        if (container instanceof String text) {
            if (!(item instanceof String part))
                throw new Refusal("asks whether %s is in a text".formatted(kind(item)));
            budget.search(text, part);
            return text.contains(part);
        }
        if (container instanceof Map<?, ?> map) {
            if (item instanceof List<?> || item instanceof Map<?, ?>)
                throw new Refusal("asks whether %s is a key".formatted(kind(item)));
            return item instanceof String && map.containsKey(item);
        }
        for (Object each : items(container, budget)) if (equal(each, item, budget)) return true;
        return false;
    }

    /** {@code str(value)}, paid for. */
    static String text(Object value, Budget budget) {
        String text =
                switch (value) {
                    case String s -> s;
                    case Undefined _ -> "";
                    case List<?> _, Map<?, ?> _, Tuple _ -> {
                        StringBuilder out = new StringBuilder();
                        Literals.append(value, out, budget);
                        yield out.toString();
                    }
                    default -> scalar(value);
                };
        budget.spend(text.length());
        return text;
    }

    static String scalar(Object value) {
        return switch (value) {
            case Boolean b -> b ? "True" : "False";
            case None _ -> "None";
            case Long n -> Long.toString(n);
            case Double d -> written(d);
            default -> throw new Refusal("writes %s out as text".formatted(kind(value)));
        };
    }

    private static String written(double d) {
        double size = Math.abs(d);
        if (d == 0) return Math.copySign(1, d) < 0 ? "-0.0" : "0.0";
        if (!(size >= 1e-4 && size < 1e16))
            throw new Refusal("writes out a very large or very small number");
        String plain = new BigDecimal(Double.toString(d)).toPlainString();
        return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }

    static boolean isSpace(int c) {
        return (c >= 9 && c <= 13)
                || (c >= 0x1C && c <= 0x20)
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200A)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    /** Whether there is anything, and all of it is white space. */
    static boolean isSpace(String text) {
        return !text.isEmpty() && text.chars().allMatch(Python::isSpace);
    }

    static String stripEnd(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) end--;
        return text.substring(0, end);
    }

    static String stripStart(String text) {
        int start = 0;
        while (start < text.length() && isSpace(text.charAt(start))) start++;
        return text.substring(start);
    }
}
