package dev.palimpsest.jinja;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a call was given, by position and by name. */
record Arguments(String callee, List<Object> positional, Map<String, Object> named) {
    /** Refuses more than {@code most} positions and every name that is not known. */
    Arguments atMost(int most, String... names) {
        if (positional.size() > most || !Set.of(names).containsAll(named.keySet()))
            throw new Refusal("calls %s with arguments not known here".formatted(callee));
        return this;
    }

    int count() {
        return positional.size();
    }

    Object at(int index) {
        if (index >= positional.size())
            throw new Refusal("calls %s with too few arguments".formatted(callee));
        return positional.get(index);
    }

    Object at(int index, Object otherwise) {
        return index < positional.size() ? positional.get(index) : otherwise;
    }

    Object at(int index, String name, Object otherwise) {
        Object byName = named.get(name);
        return byName != null ? byName : at(index, otherwise);
    }

    String text(int index) {
        return text(at(index));
    }

    /** A text, or nothing where it was not given or is none. */
    @Nullable String textOrNull(int index) {
        Object value = at(index, None.NONE);
        return value == None.NONE ? null : text(value);
    }

    long number(int index, long otherwise) {
        Object value = at(index, otherwise);
        if (value instanceof Long number) return number;
        throw new Refusal("calls %s with %s for a number".formatted(callee, Python.kind(value)));
    }

    private String text(Object value) {
        if (value instanceof String text) return text;
        throw new Refusal("calls %s with %s for a text".formatted(callee, Python.kind(value)));
    }
}
