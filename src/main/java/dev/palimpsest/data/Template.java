package dev.palimpsest.data;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Text with the names of columns in braces, {@code Question: {question}}; a brace itself is written
 * twice.
 */
public record Template(String source, List<Part> parts) {
    public Template {
        parts = List.copyOf(parts);
    }

    /** What stands there as it is, or what a column holds. */
    sealed interface Part {
        record Literal(String text) implements Part {}

        record Column(String name) implements Part {}
    }

    /** {@link InvalidData} says where it breaks. */
    public static Template parse(String source) {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < source.length()) {
            char letter = source.charAt(at);
            boolean twice = at + 1 < source.length() && source.charAt(at + 1) == letter;
            if (letter != '{' && letter != '}') {
                literal.append(letter);
                at++;
            } else if (twice) {
                literal.append(letter);
                at += 2;
            } else if (letter == '}') {
                throw broken("closes a brace at character %d that none opens", at);
            } else {
                int close = source.indexOf('}', at);
                if (close < 0)
                    throw broken("opens a brace at character %d and never closes it", at);
                if (close == at + 1) throw broken("names no column at character %d", at);
                if (!literal.isEmpty()) parts.add(new Part.Literal(literal.toString()));
                literal.setLength(0);
                parts.add(new Part.Column(source.substring(at + 1, close)));
                at = close + 1;
            }
        }
        if (!literal.isEmpty()) parts.add(new Part.Literal(literal.toString()));
        return new Template(source, parts);
    }

    Set<String> columns() {
        Set<String> columns = new LinkedHashSet<>();
        for (Part part : parts) if (part instanceof Part.Column(String name)) columns.add(name);
        return columns;
    }

    String filled(UnaryOperator<String> column) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts)
            text.append(
                    switch (part) {
                        case Part.Literal(String literal) -> literal;
                        case Part.Column(String name) -> column.apply(name);
                    });
        return text.toString();
    }

    private static InvalidData broken(String where, int at) {
        return new InvalidData(
                where.formatted(at + 1) + "; write {{ or }} for a brace that is text");
    }
}
