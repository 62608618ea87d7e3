package dev.palimpsest.jinja;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of a template, a loop's round or a macro's call; what is set here ends with it. */
final class Scope {
    private final @Nullable Scope outer;
    private final Map<String, Object> names = new HashMap<>(4);
    final Rendering rendering;

    private Scope(@Nullable Scope outer, Rendering rendering) {
        this.outer = outer;
        this.rendering = rendering;
    }

    /** What all scopes of one rendering share. */
    static final class Rendering {
        final Budget budget;
        final Clock clock;
        final boolean strict; // what is undefined is not written as nothing
        final List<JinjaTemplate.Span> generated = new ArrayList<>();
        boolean choosing; // a loop's condition runs, which Jinja2 would run later

        Rendering(Budget budget, Clock clock, boolean strict) {
            this.budget = budget;
            this.clock = clock;
            this.strict = strict;
        }
    }

    static Scope root(Map<String, Object> variables, Rendering rendering) {
        Scope scope = new Scope(null, rendering);
        scope.names.putAll(variables);
        return scope;
    }

    Scope inner() {
        budget().spend(4);
        return new Scope(this, rendering);
    }

    Budget budget() {
        return rendering.budget;
    }

    /** The value, if it may be written out. */
    Object written(Object value) {
        if (rendering.strict && value instanceof Undefined undefined) throw undefined.used();
        return value;
    }

    void set(String name, Object value) {
        names.put(name, value);
    }

    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Object value = scope.names.get(name);
            if (value != null) return value;
        }
        Callable function = Functions.ALL.get(name);
        return function != null ? function : new Undefined("'" + name + "'");
    }
}
