package dev.palimpsest.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What writes text, sets a name or chooses what is done. */
sealed interface Statement {
    /** What comes after a statement: the next one, or the end of a loop's round or of the loop. */
    enum Then {
        NEXT,
        CONTINUE,
        BREAK
    }

    Then render(Scope scope, StringBuilder out);

    static Then render(List<Statement> body, Scope scope, StringBuilder out) {
        for (Statement statement : body) {
            scope.budget().spend(1);
            scope.budget().enter();
            Then then = statement.render(scope, out);
            scope.budget().leave();
            if (then != Then.NEXT) return then;
        }
        return Then.NEXT;
    }

    /** What a body writes, as a value. */
    private static String captured(List<Statement> body, Scope scope) {
        StringBuilder out = new StringBuilder();
        render(body, scope, out);
        return out.toString();
    }

    record Data(String text) implements Statement {
        @Override
        public Then render(Scope scope, StringBuilder out) {
            scope.budget().spend(text.length());
            out.append(text);
            return Then.NEXT;
        }
    }

    record Written(Expression expression) implements Statement {
        @Override
        public Then render(Scope scope, StringBuilder out) {
            out.append(Python.text(scope.written(expression.value(scope)), scope.budget()));
            return Then.NEXT;
        }
    }

    record If(List<Expression> tests, List<List<Statement>> bodies, List<Statement> otherwise)
            implements Statement {
        @Override
        public Then render(Scope scope, StringBuilder out) {
            for (int i = 0; i < tests.size(); i++)
                if (Python.truth(tests.get(i).value(scope)))
                    return Statement.render(bodies.get(i), scope, out);
            return Statement.render(otherwise, scope, out);
        }
    }

    record For(
            List<String> names,
            Expression walked,
            @Nullable Expression condition,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {
        @Override
        public Then render(Scope scope, StringBuilder out) {
            List<Object> items = Python.items(walked.value(scope), scope.budget());
            if (condition != null) items = chosen(items, condition, scope);
            if (items.isEmpty()) return Statement.render(otherwise, scope.inner(), out);
            for (int i = 0; i < items.size(); i++) {
                Scope round = scope.inner();
                bind(names, items.get(i), round);
                round.set("loop", new Loop(items, i));
                if (Statement.render(body, round, out) == Then.BREAK) break;
            }
            return Then.NEXT;
        }

        /** Jinja2 asks as it goes; asked before, the answers must not depend on what is set. */
        private List<Object> chosen(List<Object> items, Expression condition, Scope scope) {
            boolean already = scope.rendering.choosing;
            scope.rendering.choosing = true;
            List<Object> chosen = new ArrayList<>();
            for (Object item : items) {
                Scope asked = scope.inner();
                bind(names, item, asked);
                if (Python.truth(condition.value(asked))) chosen.add(item);
            }
            scope.rendering.choosing = already;
            return chosen;
        }
    }

    record Set(List<String> names, Expression value) implements Statement {
        @Override
        public Then render(Scope scope, StringBuilder out) {
            bind(names, value.value(scope), scope);
            return Then.NEXT;
        }
    }

    record SetField(String namespace, String field, Expression value) implements Statement {
        @Override
        public Then render(Scope scope, StringBuilder out) {
            Object set = value.value(scope);
            if (!(scope.get(namespace) instanceof Namespace owner))
                throw new Refusal("sets a field of %s, no namespace".formatted(namespace));
            owner.fields.put(field, set);
            return Then.NEXT;
        }
    }

    record SetBlock(String name, List<Statement> body) implements Statement {
        @Override
        public Then render(Scope scope, StringBuilder out) {
            scope.set(name, captured(body, scope.inner()));
            return Then.NEXT;
        }
    }

    record With(List<String> names, List<Expression> values, List<Statement> body)
            implements Statement {
        @Override
        public Then render(Scope scope, StringBuilder out) {
            Scope inner = scope.inner();
            for (int i = 0; i < names.size(); i++)
                inner.set(names.get(i), values.get(i).value(scope));
            return Statement.render(body, inner, out);
        }
    }

    record Macro(
            String name,
            LinkedHashMap<String, @Nullable Expression> parameters,
            List<Statement> body)
            implements Statement {
        @Override
        public Then render(Scope scope, StringBuilder out) {
            scope.set(name, (Callable) (arguments, caller) -> called(arguments, scope));
            return Then.NEXT;
        }

        private String called(Arguments arguments, Scope scope) {
            arguments.atMost(parameters.size(), parameters.keySet().toArray(String[]::new));
            Scope inner = scope.inner();
            int position = 0;
            for (Map.Entry<String, @Nullable Expression> parameter : parameters.entrySet())
                inner.set(parameter.getKey(), given(parameter, position++, arguments, inner));
            return captured(body, inner);
        }

        private Object given(
                Map.Entry<String, @Nullable Expression> parameter,
                int position,
                Arguments arguments,
                Scope inner) {
            Object named = arguments.named().get(parameter.getKey());
            if (named != null && position < arguments.count())
                throw new Refusal("gives %s of %s twice".formatted(parameter.getKey(), name));
            if (named != null) return named;
            if (position < arguments.count()) return arguments.at(position);
            Expression otherwise = parameter.getValue();
            return otherwise == null
                    ? new Undefined("'" + parameter.getKey() + "'")
                    : otherwise.value(inner);
        }
    }

    /** What the assistant says; Jinja2 runs it as a call, so names set in it end with it. */
    record Generation(List<Statement> body) implements Statement {
        @Override
        public Then render(Scope scope, StringBuilder out) {
            int start = out.length();
            Statement.render(body, scope.inner(), out);
            scope.rendering.generated.add(new JinjaTemplate.Span(start, out.length()));
            return Then.NEXT;
        }
    }

    record Leave(Then then) implements Statement {
        @Override
        public Then render(Scope scope, StringBuilder out) {
            return then;
        }
    }

    private static void bind(List<String> names, Object value, Scope scope) {
        if (names.size() == 1) {
            scope.set(names.getFirst(), value);
            return;
        }
        List<Object> items = Python.items(value, scope.budget());
        if (items.size() != names.size())
            throw new Refusal(
                    "takes %d items apart into %d names".formatted(items.size(), names.size()));
        for (int i = 0; i < names.size(); i++) scope.set(names.get(i), items.get(i));
    }
}
