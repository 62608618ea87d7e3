package dev.palimpsest.filter;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What of a row can be asked.
 *
 * @param words the only ones that it can be, or none where it can be any
 * @param value the expression that has it
 * @param among where it stands in another table, that table and which of its rows belongs to this
 *     one: at most one, or none where the row does not have it
 */
public record Field(Kind kind, List<String> words, Sql value, @Nullable Sql among) {
    public static Field of(Kind kind, Sql value) {
        return new Field(kind, List.of(), value, null);
    }

    /** One of a few words. */
    public static Field of(List<String> words, Sql value) {
        return new Field(Kind.TEXT, words, value, null);
    }

    public static Field among(Kind kind, Sql value, Sql among) {
        return new Field(kind, List.of(), value, among);
    }

    /** A condition on its value as one on the row. */
    Sql where(Sql test) {
        if (among == null) return test.inParentheses();
        return Sql.of("exists (select from ").then(among).then(" and ").then(test).then(")");
    }

    boolean elsewhere() {
        return among != null;
    }

    /** Its value as an expression of the row, to sort by; what is no number has no place. */
    Sql scalar() {
        if (among == null) return value;
        Sql placed = kind == Kind.NUMBER ? Sql.of("nullif(").then(value).then(", 'NaN')") : value;
        return Sql.of("(select ").then(placed).then(" from ").then(among).then(")");
    }

    /** Where it stands in another table, that as one to join: {@link #held} is of its row. */
    Sql lateral() {
        return Sql.of("(select ")
                .then(value)
                .then(" as value from ")
                .then(Objects.requireNonNull(among))
                .then(") held");
    }

    Field held() {
        return of(kind, Sql.of("held.value"));
    }

    /** That it has a place in an order. */
    Sql present() {
        return value.then(kind == Kind.NUMBER ? " < 'NaN'" : " is not null");
    }
}
