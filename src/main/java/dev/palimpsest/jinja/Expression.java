package dev.palimpsest.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has a value. */
sealed interface Expression {
    /** The value in a scope; each node costs one of the budget. */
    default Object value(Scope scope) {
        scope.budget().spend(1);
        scope.budget().enter();
        Object value = of(scope);
        scope.budget().leave();
        return value;
    }

    Object of(Scope scope);

    record Literal(Object literal) implements Expression {
        @Override
        public Object of(Scope scope) {
            return literal;
        }
    }

    record Name(String name) implements Expression {
        @Override
        public Object of(Scope scope) {
            return scope.get(name);
        }
    }

    record ListOf(List<Expression> items) implements Expression {
        @Override
        public Object of(Scope scope) {
            return values(items, scope);
        }
    }

    record TupleOf(List<Expression> items) implements Expression {
        @Override
        public Object of(Scope scope) {
            return new Tuple(values(items, scope));
        }
    }

    record MapOf(List<Expression> keys, List<Expression> values) implements Expression {
        @Override
        public Object of(Scope scope) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                if (!(keys.get(i).value(scope) instanceof String key))
                    throw new Refusal("has a mapping with keys that are not texts");
                map.put(key, values.get(i).value(scope));
            }
            return map;
        }
    }

    record Attribute(Expression owner, String name) implements Expression {
        @Override
        public Object of(Scope scope) {
            return Attributes.named(owner.value(scope), name, scope);
        }
    }

    record Item(Expression owner, Expression index) implements Expression {
        @Override
        public Object of(Scope scope) {
            return Attributes.item(owner.value(scope), index.value(scope), scope);
        }
    }

    record Slice(
            Expression owner,
            @Nullable Expression start,
            @Nullable Expression stop,
            @Nullable Expression step)
            implements Expression {
        @Override
        public Object of(Scope scope) {
            Object value = owner.value(scope);
            return Slices.slice(
                    value,
                    bound(start, scope),
                    bound(stop, scope),
                    bound(step, scope),
                    scope.budget());
        }

        private static @Nullable Long bound(@Nullable Expression bound, Scope scope) {
            if (bound == null) return null;
            Object value = bound.value(scope);
            return value == None.NONE ? null : (Long) Python.whole(value);
        }
    }

    /** The arguments of a call as they are written. */
    record Given(List<Expression> positional, Map<String, Expression> named) {
        static final Given NOTHING = new Given(List.of(), Map.of());

        Arguments in(Scope scope, String callee) {
            List<Object> values = Expression.values(positional, scope);
            Map<String, Object> byName = new LinkedHashMap<>();
            named.forEach((name, expression) -> byName.put(name, expression.value(scope)));
            return new Arguments(callee, values, byName);
        }
    }

    record Call(Expression callee, String name, Given given) implements Expression {
        @Override
        public Object of(Scope scope) {
            Object called = callee.value(scope);
            if (called instanceof Undefined undefined) throw undefined.used();
            if (!(called instanceof Callable callable))
                throw new Refusal("calls %s".formatted(Python.kind(called)));
            return callable.call(given.in(scope, name), scope);
        }
    }

    record Filtered(Expression filtered, String name, Given given) implements Expression {
        @Override
        public Object of(Scope scope) {
            Object value = filtered.value(scope);
            return Filters.named(name).of(value, given.in(scope, "the filter " + name), scope);
        }
    }

    record Is(Expression asked, String name, Given given) implements Expression {
        @Override
        public Object of(Scope scope) {
            Object value = asked.value(scope);
            return Conditions.named(name).holds(value, given.in(scope, "the test " + name), scope);
        }
    }

    record Not(Expression negated) implements Expression {
        @Override
        public Object of(Scope scope) {
            return !Python.truth(negated.value(scope));
        }
    }

    record And(Expression left, Expression right) implements Expression {
        @Override
        public Object of(Scope scope) {
            Object value = left.value(scope);
            return Python.truth(value) ? right.value(scope) : value;
        }
    }

    record Or(Expression left, Expression right) implements Expression {
        @Override
        public Object of(Scope scope) {
            Object value = left.value(scope);
            return Python.truth(value) ? value : right.value(scope);
        }
    }

    record Choice(Expression test, Expression chosen, @Nullable Expression otherwise)
            implements Expression {
        @Override
        public Object of(Scope scope) {
            if (Python.truth(test.value(scope))) return chosen.value(scope);
            return otherwise == null
                    ? new Undefined("an inline if without else")
                    : otherwise.value(scope);
        }
    }

    /** {@code a < b <= c}: each pair must hold, and the rest is not looked at once one does not. */
    record Compared(Expression first, List<String> operators, List<Expression> others)
            implements Expression {
        @Override
        public Object of(Scope scope) {
            Object left = first.value(scope);
            for (int i = 0; i < others.size(); i++) {
                Object right = others.get(i).value(scope);
                if (!holds(operators.get(i), left, right, scope.budget())) return false;
                left = right;
            }
            return true;
        }

        static boolean holds(String operator, Object left, Object right, Budget budget) {
            if (left instanceof String text) budget.spend(text.length());
            return switch (operator) {
                case "==" -> Python.equal(left, right, budget);
                case "!=" -> !Python.equal(left, right, budget);
                case "<" -> Python.compare(left, right) < 0;
                case "<=" -> Python.compare(left, right) <= 0;
                case ">" -> Python.compare(left, right) > 0;
                case ">=" -> Python.compare(left, right) >= 0;
                case "in" -> Python.contains(right, left, budget);
                case "not in" -> !Python.contains(right, left, budget);
                default -> throw new IllegalStateException(operator);
            };
        }
    }

    record Reckoned(String operator, Expression left, Expression right) implements Expression {
        @Override
        public Object of(Scope scope) {
            Object a = left.value(scope);
            return Arithmetic.of(operator, a, right.value(scope), scope.budget());
        }
    }

    record Negative(Expression negated) implements Expression {
        @Override
        public Object of(Scope scope) {
            Object value = negated.value(scope);
            if (value instanceof Double d) return -d;
            return Math.negateExact(Python.whole(value));
        }
    }

    record Joined(List<Expression> parts) implements Expression {
        @Override
        public Object of(Scope scope) {
            StringBuilder out = new StringBuilder();
            for (Object value : values(parts, scope))
                out.append(Python.text(scope.written(value), scope.budget()));
            return out.toString();
        }
    }

    private static List<Object> values(List<Expression> expressions, Scope scope) {
        List<Object> values = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) values.add(expression.value(scope));
        return values;
    }
}
