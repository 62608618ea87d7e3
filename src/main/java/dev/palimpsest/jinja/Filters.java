package dev.palimpsest.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code value|name(…)}: the filters of Jinja2, and transformers' own tojson, known here. */
interface Filters {
    Object of(Object value, Arguments given, Scope scope);

    Pattern WORD_START = Pattern.compile("[-\\s({\\[<]+", Pattern.UNICODE_CHARACTER_CLASS);
    Pattern WHOLE_NUMBER = Pattern.compile("[+-]?[0-9]{1,18}");

    Map<String, Filters> ALL =
            Map.ofEntries(
                    Map.entry("trim", Filters::trim),
                    Map.entry("length", Filters::length),
                    Map.entry("count", Filters::length),
                    Map.entry("default", Filters::orDefault),
                    Map.entry("d", Filters::orDefault),
                    Map.entry("join", Filters::join),
                    Map.entry("tojson", Filters::json),
                    Map.entry(
                            "upper",
                            (value, given, scope) ->
                                    StringMethods.upper(text(value, scope), given.atMost(0))),
                    Map.entry(
                            "lower",
                            (value, given, scope) ->
                                    StringMethods.lower(text(value, scope), given.atMost(0))),
                    Map.entry(
                            "capitalize",
                            (value, given, scope) ->
                                    StringMethods.capitalize(text(value, scope), given.atMost(0))),
                    Map.entry("title", Filters::title),
                    Map.entry("replace", Filters::replace),
                    Map.entry("first", Filters::first),
                    Map.entry("last", Filters::last),
                    Map.entry("reverse", Filters::reverse),
                    Map.entry("list", Filters::list),
                    Map.entry(
                            "string",
                            (value, given, scope) -> {
                                given.atMost(0);
                                return text(value, scope);
                            }),
                    Map.entry("int", Filters::whole),
                    Map.entry("items", Filters::items),
                    Map.entry("map", Filters::map),
                    Map.entry("select", (value, given, scope) -> kept(value, given, scope, true)),
                    Map.entry("reject", (value, given, scope) -> kept(value, given, scope, false)),
                    Map.entry(
                            "selectattr",
                            (value, given, scope) -> keptBy(value, given, scope, true)),
                    Map.entry(
                            "rejectattr",
                            (value, given, scope) -> keptBy(value, given, scope, false)));

    static Filters named(String name) {
        Filters filter = ALL.get(name);
        if (filter == null)
            throw new Refusal("uses the filter '%s', which is not known here".formatted(name));
        return filter;
    }

    private static String text(Object value, Scope scope) {
        return Python.text(value, scope.budget());
    }

    private static Object trim(Object value, Arguments given, Scope scope) {
        return StringMethods.strip(text(value, scope), given.atMost(1).textOrNull(0), true, true);
    }

    private static Object length(Object value, Arguments given, Scope scope) {
        given.atMost(0);
        return switch (value) {
            case String text -> {
                scope.budget().spend(text.length());
                yield (long) text.codePointCount(0, text.length());
            }
            case List<?> items -> (long) items.size();
            case Tuple(var items) -> (long) items.size();
            case Map<?, ?> map -> (long) map.size();
            case Undefined _ -> 0L;
            default -> throw new Refusal("takes the length of " + Python.kind(value));
        };
    }

    private static Object orDefault(Object value, Arguments given, Scope scope) {
        given.atMost(2, "default_value", "boolean");
        boolean anyFalse = Python.truth(given.at(1, "boolean", false));
        return value instanceof Undefined || (anyFalse && !Python.truth(value))
                ? given.at(0, "default_value", "")
                : value;
    }

    private static Object join(Object value, Arguments given, Scope scope) {
        String between = text(given.atMost(1, "d").at(0, "d", ""), scope);
        StringBuilder out = new StringBuilder();
        List<Object> items = Python.items(value, scope.budget());
        for (int i = 0; i < items.size(); i++) {
            scope.budget().spend(between.length());
            out.append(i > 0 ? between : "").append(text(items.get(i), scope));
        }
        return out.toString();
    }

    private static Object json(Object value, Arguments given, Scope scope) {
        given.atMost(0, "indent", "ensure_ascii");
        if (Python.truth(given.at(0, "ensure_ascii", false)))
            throw new Refusal("writes JSON in ASCII only");
        Object indent = given.at(0, "indent", None.NONE);
        if (indent == None.NONE) return Json.text(value, -1, scope.budget());
        if (!(indent instanceof Long width) || width < 0 || width > 64)
            throw new Refusal("indents JSON by something else than 0 to 64");
        return Json.text(value, width.intValue(), scope.budget());
    }

    /** Unlike the method of texts, words begin only after white space, a hyphen or a bracket. */
    private static Object title(Object value, Arguments given, Scope scope) {
        String text = text(value, scope);
        given.atMost(0);
        scope.budget().spend(4L * text.length());
        StringBuilder out = new StringBuilder();
        int from = 0;
        var starts = WORD_START.matcher(text);
        while (starts.find()) {
            out.append(StringMethods.capitalize(text.substring(from, starts.start()), given));
            out.append(starts.group());
            from = starts.end();
        }
        return out.append(StringMethods.capitalize(text.substring(from), given)).toString();
    }

    private static Object replace(Object value, Arguments given, Scope scope) {
        given.atMost(3);
        return StringMethods.replace(
                text(value, scope),
                text(given.at(0), scope),
                text(given.at(1), scope),
                given.number(2, -1),
                scope.budget());
    }

    private static Object first(Object value, Arguments given, Scope scope) {
        given.atMost(0);
        List<Object> items = Python.items(value, scope.budget());
        return items.isEmpty() ? new Undefined("the first of nothing") : items.getFirst();
    }

    private static Object last(Object value, Arguments given, Scope scope) {
        given.atMost(0);
        if (value instanceof Lazy) throw new Refusal("takes the last of what a filter gave");
        List<Object> items = Python.items(value, scope.budget());
        return items.isEmpty() ? new Undefined("the last of nothing") : items.getLast();
    }

    private static Object reverse(Object value, Arguments given, Scope scope) {
        given.atMost(0);
        if (value instanceof String || value instanceof List<?>) {
            Object reversed = Slices.slice(value, null, null, -1L, scope.budget());
            return reversed instanceof List<?> items ? new Lazy(Python.objects(items)) : reversed;
        }
        throw new Refusal("reverses " + Python.kind(value));
    }

    private static Object list(Object value, Arguments given, Scope scope) {
        given.atMost(0);
        return new ArrayList<>(Python.items(value, scope.budget()));
    }

    private static Object whole(Object value, Arguments given, Scope scope) {
        given.atMost(0);
        return switch (value) {
            case Long n -> n;
            case Boolean b -> b ? 1L : 0L;
            case Double d when Math.abs(d) < 1e15 -> (long) (double) d;
            case String text when WHOLE_NUMBER.matcher(text).matches() -> Long.parseLong(text);
            default -> throw new Refusal("makes a whole number of " + Python.kind(value));
        };
    }

    private static Object items(Object value, Arguments given, Scope scope) {
        given.atMost(0);
        if (value instanceof Undefined) return new Lazy(List.of());
        if (!(value instanceof Map<?, ?> map))
            throw new Refusal("takes the pairs of " + Python.kind(value));
        scope.budget().spend(map.size());
        return Attributes.items(map);
    }

    private static Object map(Object value, Arguments given, Scope scope) {
        List<Object> items = Python.items(value, scope.budget());
        List<Object> mapped = new ArrayList<>();
        if (given.count() == 0) {
            given.atMost(0, "attribute");
            Object path = given.at(0, "attribute", None.NONE);
            for (Object item : items) mapped.add(field(item, path, scope));
        } else {
            Filters filter = named(given.text(0));
            for (Object item : items)
                mapped.add(filter.of(item, rest(given, 1, given.text(0)), scope));
        }
        return new Lazy(mapped);
    }

    private static Lazy kept(Object value, Arguments given, Scope scope, boolean when) {
        List<Object> kept = new ArrayList<>();
        for (Object item : Python.items(value, scope.budget()))
            if (holds(item, given, 0, scope) == when) kept.add(item);
        return new Lazy(kept);
    }

    private static Lazy keptBy(Object value, Arguments given, Scope scope, boolean when) {
        List<Object> kept = new ArrayList<>();
        for (Object item : Python.items(value, scope.budget()))
            if (holds(field(item, given.at(0), scope), given, 1, scope) == when) kept.add(item);
        return new Lazy(kept);
    }

    private static boolean holds(Object value, Arguments given, int test, Scope scope) {
        if (given.count() <= test) return Python.truth(value);
        String name = given.text(test);
        return Conditions.named(name).holds(value, rest(given, test + 1, name), scope);
    }

    /** What follows in the arguments belongs to the filter or test that they name. */
    private static Arguments rest(Arguments given, int from, String name) {
        return new Arguments(
                name, given.positional().subList(from, given.count()), Map.copyOf(given.named()));
    }

    private static Object field(Object item, @Nullable Object path, Scope scope) {
        if (!(path instanceof String names) || names.indexOf('.') >= 0)
            throw new Refusal("takes a field of items by something else than its name");
        if (!names.isEmpty() && names.chars().allMatch(Character::isDigit))
            return Attributes.item(item, Long.parseLong(names), scope);
        scope.budget().spend(1);
        return Attributes.item(item, names, scope);
    }
}
