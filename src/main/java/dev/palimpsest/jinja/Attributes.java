package dev.palimpsest.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code value.name} and {@code value[index]} on the few kinds of values that there are. */
final class Attributes {
    private static final Set<String> MAP_METHODS =
            Set.of(
                    "clear",
                    "copy",
                    "fromkeys",
                    "get",
                    "items",
                    "keys",
                    "pop",
                    "popitem",
                    "setdefault",
                    "update",
                    "values");
    private static final Set<String> LIST_METHODS =
            Set.of(
                    "append", "clear", "copy", "count", "extend", "index", "insert", "pop",
                    "remove", "reverse", "sort");

    private Attributes() {}

    static Object named(Object value, String name, Scope scope) {
        if (name.startsWith("_")) throw unknown(value, name);
        return switch (value) {
            case Map<?, ?> map -> MAP_METHODS.contains(name) ? method(map, name) : at(map, name);
            case String text ->
                    StringMethods.isMethod(name)
                            ? StringMethods.bound(text, name)
                            : missing(value, name);
            case List<?> _, Tuple _ -> {
                if (name.equals("index") || name.equals("count")) yield search(value, name);
                if (LIST_METHODS.contains(name)) throw unknown(value, name);
                yield missing(value, name);
            }
            case Namespace namespace -> {
                if (scope.rendering.choosing)
                    throw new Refusal("uses a namespace in the condition of a loop");
                Object field = namespace.fields.get(name);
                yield field != null ? field : missing(value, name);
            }
            case Loop loop -> loop.field(name);
            case None _ -> missing(value, name);
            case Undefined undefined -> throw undefined.used();
            default -> throw unknown(value, name);
        };
    }

    static Object item(Object value, Object index, Scope scope) {
        return switch (value) {
            case Undefined undefined -> throw undefined.used();
            case Map<?, ?> map when index instanceof String key -> {
                if (!map.containsKey(key) && MAP_METHODS.contains(key)) throw unknown(value, key);
                yield at(map, key);
            }
            case String text when index instanceof Long n -> {
                Object slice = Slices.item(text, n, scope.budget());
                yield slice;
            }
            case List<?> items when index instanceof Long n ->
                    Slices.item(Python.objects(items), n);
            case Tuple(var items) when index instanceof Long n -> Slices.item(items, n);
            case String _ when index instanceof String name && StringMethods.isMethod(name) ->
                    throw unknown(value, name);
            default -> {
                if (index instanceof String name) yield named(value, name, scope);
                throw new Refusal(
                        "takes an item of %s by %s"
                                .formatted(Python.kind(value), Python.kind(index)));
            }
        };
    }

    private static Object at(Map<?, ?> map, String key) {
        Object value = map.get(key);
        return value != null ? value : missing(map, key);
    }

    private static Undefined missing(Object value, String name) {
        return new Undefined("'%s' of %s".formatted(name, Python.kind(value)));
    }

    private static Refusal unknown(Object value, String name) {
        return new Refusal(
                "uses '%s' of %s, which is not known here".formatted(name, Python.kind(value)));
    }

    private static Callable method(Map<?, ?> map, String name) {
        return (arguments, scope) -> {
            scope.budget().spend(map.size());
            return switch (name) {
                case "items" -> {
                    arguments.atMost(0);
                    yield items(map);
                }
                case "keys" -> {
                    arguments.atMost(0);
                    yield new Lazy(new ArrayList<>(map.keySet()));
                }
                case "values" -> {
                    arguments.atMost(0);
                    yield new Lazy(new ArrayList<>(map.values()));
                }
                case "get" -> {
                    Object value = map.get(arguments.atMost(2).text(0));
                    yield value != null ? value : arguments.at(1, None.NONE);
                }
                default -> throw unknown(map, name);
            };
        };
    }

    /** Where an item is in a list, which is an error if it is not there, or how often. */
    private static Callable search(Object list, String name) {
        return (arguments, scope) -> {
            Object sought = arguments.atMost(1).at(0);
            long count = 0;
            List<Object> items = Python.items(list, scope.budget());
            for (int i = 0; i < items.size(); i++) {
                if (!Python.equal(items.get(i), sought, scope.budget())) continue;
                if (name.equals("index")) return (long) i;
                count++;
            }
            if (name.equals("index"))
                throw new Refusal("asks for the index of what is not in the list");
            return count;
        };
    }

    static Lazy items(Map<?, ?> map) {
        List<Object> pairs = new ArrayList<>();
        for (Map.Entry<?, ?> entry : map.entrySet())
            pairs.add(new Tuple(List.of(entry.getKey(), entry.getValue())));
        return new Lazy(pairs);
    }
}
