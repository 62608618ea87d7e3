package dev.palimpsest.jinja;

import java.util.ArrayList;
import java.util.List;

/** What {@code + - * / // %} do to numbers, texts and lists; a result beyond 64 bits is refused. */
final class Arithmetic {
    private Arithmetic() {}

    static Object of(String operator, Object a, Object b, Budget budget) {
        if (operator.equals("+") && a instanceof String s && b instanceof String t) {
            budget.spend((long) s.length() + t.length());
            return s + t;
        }
        if (operator.equals("+") && a instanceof List<?> s && b instanceof List<?> t) {
            budget.spend((long) s.size() + t.size());
            List<Object> both = new ArrayList<>(s);
            both.addAll(t);
            return both;
        }
        if (operator.equals("*") && (a instanceof String || a instanceof List<?>))
            return repeated(a, Python.whole(b), budget);
        if (operator.equals("*") && (b instanceof String || b instanceof List<?>))
            return repeated(b, Python.whole(a), budget);
        if (!Python.isNumber(a) || !Python.isNumber(b))
            throw new Refusal(
                    "reckons %s %s %s".formatted(Python.kind(a), operator, Python.kind(b)));
        try {
            if (a instanceof Double || b instanceof Double || operator.equals("/"))
                return real(operator, Python.real(a), Python.real(b));
            return whole(operator, Python.whole(a), Python.whole(b));
        } catch (ArithmeticException broken) {
            throw new Refusal("divides by zero or reckons with a number beyond 64 bits");
        }
    }

    private static Object repeated(Object value, long times, Budget budget) {
        int count = Math.clamp(times, 0, Integer.MAX_VALUE);
        if (value instanceof String text) {
            budget.spend((long) text.length() * count);
            return text.repeat(count);
        }
        List<?> items = (List<?>) value;
        budget.spend((long) items.size() * count);
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < count && !items.isEmpty(); i++) all.addAll(items);
        return all;
    }

    private static long whole(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "//" -> Math.floorDivExact(a, b);
            case "%" -> Math.floorMod(a, b);
            default -> throw new IllegalStateException(operator);
        };
    }

    private static double real(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> {
                if (b == 0) throw new ArithmeticException();
                yield a / b;
            }
            default -> throw new Refusal("reckons %s with fractions".formatted(operator));
        };
    }
}
