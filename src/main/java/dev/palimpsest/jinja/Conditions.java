package dev.palimpsest.jinja;

import java.util.List;
import java.util.Map;

/** {@code value is name(…)}: the tests of Jinja2 known here. */
interface Conditions {
    boolean holds(Object value, Arguments given, Scope scope);

    Map<String, Conditions> ALL =
            Map.ofEntries(
                    Map.entry("defined", (value, given, _) -> none(given, !undefined(value))),
                    Map.entry("undefined", (value, given, _) -> none(given, undefined(value))),
                    Map.entry("none", (value, given, _) -> none(given, value == None.NONE)),
                    Map.entry("string", (value, given, _) -> none(given, value instanceof String)),
                    Map.entry("mapping", (value, given, _) -> none(given, value instanceof Map)),
                    Map.entry("sequence", (value, given, _) -> none(given, sequence(value))),
                    Map.entry(
                            "iterable",
                            (value, given, _) ->
                                    none(given, sequence(value) || value instanceof Lazy)),
                    Map.entry("number", (value, given, _) -> none(given, Python.isNumber(value))),
                    Map.entry("integer", (value, given, _) -> none(given, value instanceof Long)),
                    Map.entry("float", (value, given, _) -> none(given, value instanceof Double)),
                    Map.entry(
                            "boolean", (value, given, _) -> none(given, value instanceof Boolean)),
                    Map.entry("true", (value, given, _) -> none(given, Boolean.TRUE.equals(value))),
                    Map.entry(
                            "false", (value, given, _) -> none(given, Boolean.FALSE.equals(value))),
                    Map.entry(
                            "odd",
                            (value, given, _) ->
                                    none(given, Math.floorMod(Python.whole(value), 2) == 1)),
                    Map.entry(
                            "even",
                            (value, given, _) ->
                                    none(given, Math.floorMod(Python.whole(value), 2) == 0)),
                    Map.entry("divisibleby", Conditions::divisible),
                    Map.entry("equalto", compared("==")),
                    Map.entry("eq", compared("==")),
                    Map.entry("ne", compared("!=")),
                    Map.entry("lt", compared("<")),
                    Map.entry("le", compared("<=")),
                    Map.entry("gt", compared(">")),
                    Map.entry("ge", compared(">=")),
                    Map.entry("in", compared("in")));

    static Conditions named(String name) {
        Conditions condition = ALL.get(name);
        if (condition == null)
            throw new Refusal("uses the test '%s', which is not known here".formatted(name));
        return condition;
    }

    private static boolean none(Arguments given, boolean answer) {
        given.atMost(0);
        return answer;
    }

    private static boolean undefined(Object value) {
        return value instanceof Undefined;
    }

    /** Jinja2 asks for a length and items, which its undefined value has too. */
    private static boolean sequence(Object value) {
        return value instanceof String
                || value instanceof List
                || value instanceof Tuple
                || value instanceof Map
                || value instanceof Undefined;
    }

    private static boolean divisible(Object value, Arguments given, Scope scope) {
        long by = given.atMost(1).number(0, 0);
        if (by == 0) throw new Refusal("divides by zero");
        return Python.whole(value) % by == 0;
    }

    private static Conditions compared(String operator) {
        return (value, given, scope) ->
                Expression.Compared.holds(operator, value, given.atMost(1).at(0), scope.budget());
    }
}
