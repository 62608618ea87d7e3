package dev.palimpsest.jinja;

import dev.palimpsest.jinja.Expression.Given;
import dev.palimpsest.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The expressions of a template, by Jinja2's own order of precedence. */
final class Expressions {
    private static final int DEEPEST = 64;
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> NOT_SET_HERE =
            Set.of("varargs", "kwargs", "caller", "self", "super");

    private final Words words;
    private final Set<String> names = new HashSet<>();
    private int depth;

    Expressions(Words words) {
        this.words = words;
    }

    Set<String> names() {
        return names;
    }

    Expression wholeOrTuple() {
        Expression first = whole();
        if (!words.at(",")) return first;
        List<Expression> items = new ArrayList<>(List.of(first));
        while (words.skip(",")) items.add(whole());
        return new Expression.TupleOf(items);
    }

    Expression whole() {
        if (++depth > DEEPEST)
            throw new Refusal("has expressions more than %d deep".formatted(DEEPEST));
        Expression value = or();
        int choices = 0;
        while (words.skipName("if")) {
            if (++choices > DEEPEST) throw words.unexpected();
            Expression test = or();
            value = new Expression.Choice(test, value, words.skipName("else") ? whole() : null);
        }
        depth--;
        return value;
    }

    Expression or() {
        Expression left = and();
        while (words.skipName("or")) left = new Expression.Or(left, and());
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (words.skipName("and")) left = new Expression.And(left, not());
        return left;
    }

    private Expression not() {
        if (!words.skipName("not")) return comparison();
        if (++depth > DEEPEST) throw new Refusal("has too many 'not' in a row");
        Expression negated = new Expression.Not(not());
        depth--;
        return negated;
    }

    private Expression comparison() {
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> others = new ArrayList<>();
        while (true) {
            if (words.at(Kind.OPERATOR) && COMPARISONS.contains(words.peek().text()))
                operators.add(words.next().text());
            else if (words.skipName("in")) operators.add("in");
            else if (words.atName("not") && words.after().is(Kind.NAME, "in")) {
                words.next();
                words.next();
                operators.add("not in");
            } else break;
            others.add(sum());
        }
        return others.isEmpty() ? first : new Expression.Compared(first, operators, others);
    }

    private Expression sum() {
        Expression left = joined();
        while (words.at("+") || words.at("-")) {
            String operator = words.next().text();
            left = new Expression.Reckoned(operator, left, joined());
        }
        return left;
    }

    private Expression joined() {
        List<Expression> parts = new ArrayList<>(List.of(product()));
        while (words.skip("~")) parts.add(product());
        return parts.size() == 1 ? parts.getFirst() : new Expression.Joined(parts);
    }

    private Expression product() {
        Expression left = unary(true);
        while (words.at("*") || words.at("/") || words.at("//") || words.at("%")) {
            String operator = words.next().text();
            left = new Expression.Reckoned(operator, left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean filters) {
        Expression value;
        if (words.skip("-")) {
            if (++depth > DEEPEST) throw words.unexpected();
            value = new Expression.Negative(unary(false));
            depth--;
        } else value = primary();
        value = postfix(value);
        return filters ? filtered(value) : value;
    }

    private Expression primary() {
        Token token = words.next();
        return switch (token.kind()) {
            case NAME -> name(token);
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (words.at(Kind.STRING)) text.append(words.next().text());
                yield new Expression.Literal(text.toString());
            }
            case INTEGER -> {
                if (!token.text().matches("0|[1-9][0-9]{0,17}"))
                    throw new Refusal("has the number " + token.text());
                yield new Expression.Literal(Long.parseLong(token.text()));
            }
            case FLOAT -> new Expression.Literal(Double.parseDouble(token.text()));
            case OPERATOR ->
                    switch (token.text()) {
                        case "(" -> bracket();
                        case "[" -> new Expression.ListOf(items("]"));
                        case "{" -> map();
                        default -> throw unexpected(token);
                    };
            default -> throw unexpected(token);
        };
    }

    private static Refusal unexpected(Token token) {
        return new Refusal(
                "lacks a value in line %d%s"
                        .formatted(
                                token.line(),
                                token.text().isEmpty() ? "" : " before '" + token.text() + "'"));
    }

    private Expression name(Token token) {
        return switch (token.text()) {
            case "true", "True" -> new Expression.Literal(true);
            case "false", "False" -> new Expression.Literal(false);
            case "none", "None" -> new Expression.Literal(None.NONE);
            default -> {
                if (NOT_SET_HERE.contains(token.text()))
                    throw new Refusal("uses '%s', which is not known here".formatted(token.text()));
                names.add(token.text());
                yield new Expression.Name(token.text());
            }
        };
    }

    private Expression bracket() {
        if (words.skip(")")) return new Expression.TupleOf(List.of());
        Expression first = whole();
        if (words.skip(")")) return first;
        words.expect(",");
        List<Expression> items = new ArrayList<>(List.of(first));
        items.addAll(items(")"));
        return new Expression.TupleOf(items);
    }

    private List<Expression> items(String end) {
        List<Expression> items = new ArrayList<>();
        while (!words.skip(end)) {
            items.add(whole());
            if (!words.at(end)) words.expect(",");
        }
        return items;
    }

    private Expression map() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!words.skip("}")) {
            keys.add(whole());
            words.expect(":");
            values.add(whole());
            if (!words.at("}")) words.expect(",");
        }
        return new Expression.MapOf(keys, values);
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            if (words.skip(".")) value = attribute(value);
            else if (words.skip("[")) value = subscript(value);
            else if (words.at("(")) value = call(value);
            else return value;
        }
    }

    private Expression attribute(Expression owner) {
        if (words.at(Kind.INTEGER))
            return new Expression.Item(
                    owner, new Expression.Literal(Long.parseLong(words.next().text())));
        return new Expression.Attribute(owner, words.expect(Kind.NAME).text());
    }

    private Expression subscript(Expression owner) {
        Expression start = words.at(":") ? null : whole();
        if (words.skip("]")) return new Expression.Item(owner, required(start));
        words.expect(":");
        Expression stop = words.at("]") || words.at(":") ? null : whole();
        Expression step = words.skip(":") && !words.at("]") ? whole() : null;
        words.expect("]");
        return new Expression.Slice(owner, start, stop, step);
    }

    private Expression required(@Nullable Expression value) {
        if (value == null) throw words.unexpected();
        return value;
    }

    private Expression call(Expression callee) {
        String name =
                switch (callee) {
                    case Expression.Name named -> named.name();
                    case Expression.Attribute attribute -> "." + attribute.name();
                    default -> "a value";
                };
        return new Expression.Call(callee, name, given());
    }

    private Given given() {
        words.expect("(");
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!words.skip(")")) {
            if (words.at(Kind.NAME) && words.after().is(Kind.OPERATOR, "=")) {
                String name = words.next().text();
                words.expect("=");
                if (named.put(name, whole()) != null) throw words.unexpected();
            } else {
                if (!named.isEmpty()) throw words.unexpected();
                positional.add(whole());
            }
            if (!words.at(")")) words.expect(",");
        }
        return new Given(positional, named);
    }

    private Expression filtered(Expression start) {
        Expression value = start;
        while (true) {
            if (words.skip("|")) {
                String name = words.expect(Kind.NAME).text();
                Filters.named(name);
                value = new Expression.Filtered(value, name, arguments());
            } else if (words.skipName("is")) value = test(value);
            else if (words.at("(")) value = call(value);
            else return value;
        }
    }

    private Given arguments() {
        return words.at("(") ? given() : Given.NOTHING;
    }

    private Expression test(Expression asked) {
        boolean negated = words.skipName("not");
        String name = words.expect(Kind.NAME).text();
        Conditions.named(name);
        Given given = words.at("(") ? given() : bare();
        Expression is = new Expression.Is(asked, name, given);
        return negated ? new Expression.Not(is) : is;
    }

    /** {@code x is divisibleby 3}: one argument may stand without brackets. */
    private Given bare() {
        boolean follows =
                switch (words.peek().kind()) {
                    case STRING, INTEGER, FLOAT -> true;
                    case NAME -> !Set.of("else", "or", "and").contains(words.peek().text());
                    case OPERATOR -> words.at("[") || words.at("{");
                    default -> false;
                };
        if (!follows) return Given.NOTHING;
        if (words.atName("is") || words.atName("if") || words.atName("in") || words.atName("not"))
            throw words.unexpected();
        return new Given(List.of(postfix(primary())), Map.of());
    }
}
