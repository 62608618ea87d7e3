package dev.palimpsest.filter;

import dev.palimpsest.filter.Condition.Operator;
import java.util.ArrayList;
import java.util.List;

/** The fields that a list's rows have, and with them the SQL of what is asked of those rows. */
public interface Fields {
    /** The field of that name, or {@link InvalidFilter}. */
    Field named(FieldName name);

    /** A condition on a row; types are checked here, where fields are known. */
    default Sql sql(Condition condition) {
        return switch (condition) {
            case Condition.All(var parts) -> joined(parts, " and ");
            case Condition.Any(var parts) -> joined(parts, " or ");
            // an unknown truth is not true, so its negation is: of two values, not of three
            case Condition.Not(var inner) -> Sql.of("(").then(sql(inner)).then(" is not true)");
            case Condition.Known(var name, var known) -> {
                Sql has = named(name).where(named(name).value().then(" is not null"));
                yield known ? has : Sql.of("(not ").then(has).then(")");
            }
            case Condition.Compared(var name, var operator, var value) ->
                    compared(name, named(name), operator, value);
            case Condition.Listed(var name, var among, var values) ->
                    listed(name, named(name), among, values);
            case Condition.Matched(var name, var matches, var ignoringCase, var pattern) ->
                    matched(
                            name,
                            named(name),
                            (matches ? "" : "not ") + (ignoringCase ? "ilike" : "like"),
                            pattern);
        };
    }

    private Sql joined(List<Condition> parts, String word) {
        return Sql.joined(parts.stream().map(this::sql).toList(), word).inParentheses();
    }

    private static Sql compared(FieldName name, Field field, Operator operator, Value value) {
        if (operator.orders() && (field.kind() == Kind.TRUTH || !field.words().isEmpty()))
            throw name.refused("can only be equal or not, it has no order");
        Sql test = field.value().then(" " + operator.sign() + " ?", parameter(name, field, value));
        boolean above = operator == Operator.ABOVE || operator == Operator.AT_LEAST;
        if (field.kind() == Kind.NUMBER && above) // PostgreSQL sorts NaN above all numbers
        test = test.then(" and ").then(field.value()).then(" < 'NaN'");
        return field.where(test);
    }

    private static Sql listed(FieldName name, Field field, boolean among, List<Value> values) {
        List<Sql> marks = new ArrayList<>();
        for (Value value : values) marks.add(Sql.of("?", parameter(name, field, value)));
        return field.where(
                field.value()
                        .then(among ? " in (" : " not in (")
                        .then(Sql.joined(marks, ", "))
                        .then(")"));
    }

    private static Sql matched(FieldName name, Field field, String like, Value pattern) {
        if (field.kind() != Kind.TEXT)
            throw name.refused("is %s, and like is for texts".formatted(field.kind().words()));
        if (!(pattern instanceof Value.Text(var text, var position)))
            throw new InvalidFilter(
                    pattern.position(), "expected a text in quotes, got " + pattern.shown());
        if (endsEscaping(text))
            throw new InvalidFilter(
                    position, "expected a pattern that does not end with a lone \\");
        return field.where(field.value().then(" " + like + " ?", text));
    }

    private static boolean endsEscaping(String pattern) {
        int escapes = 0;
        while (escapes < pattern.length() && pattern.charAt(pattern.length() - 1 - escapes) == '\\')
            escapes++;
        return escapes % 2 == 1;
    }

    private static Object parameter(FieldName name, Field field, Value value) {
        Object parameter =
                field.kind()
                        .parameter(value)
                        .orElseThrow(
                                () ->
                                        new InvalidFilter(
                                                value.position(),
                                                "expected %s for '%s', got %s"
                                                        .formatted(
                                                                field.kind().words(),
                                                                name.text(),
                                                                value.shown())));
        if (!field.words().isEmpty() && !field.words().contains(String.valueOf(parameter)))
            throw new InvalidFilter(
                    value.position(),
                    "expected one of %s for '%s', got %s"
                            .formatted(
                                    String.join(", ", field.words()), name.text(), value.shown()));
        return parameter;
    }
}
