package dev.palimpsest.jinja;

import dev.palimpsest.jinja.Token.Kind;
import java.util.List;

/** A walk over a template's tokens. */
final class Words {
    private final List<Token> tokens;
    private int at;

    Words(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token after() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = peek();
        if (token.kind() != Kind.END) at++;
        return token;
    }

    boolean at(Kind kind) {
        return peek().kind() == kind;
    }

    boolean at(String operator) {
        return peek().is(Kind.OPERATOR, operator);
    }

    boolean atName(String name) {
        return peek().is(Kind.NAME, name);
    }

    boolean skip(String operator) {
        boolean here = at(operator);
        if (here) at++;
        return here;
    }

    boolean skipName(String name) {
        boolean here = atName(name);
        if (here) at++;
        return here;
    }

    Token expect(Kind kind) {
        if (!at(kind)) throw unexpected();
        return next();
    }

    void expect(String operator) {
        if (!skip(operator)) throw unexpected();
    }

    void expectName(String name) {
        if (!skipName(name)) throw unexpected();
    }

    Refusal unexpected() {
        Token token = peek();
        String what =
                switch (token.kind()) {
                    case NAME, OPERATOR, INTEGER, FLOAT -> "'" + token.text() + "'";
                    case STRING -> "a string";
                    case DATA -> "text";
                    case BLOCK_BEGIN, VARIABLE_BEGIN -> "a tag";
                    case BLOCK_END, VARIABLE_END -> "the end of a tag";
                    case END -> "its end";
                };
        return new Refusal(
                "has %s in line %d, where this is not read".formatted(what, token.line()));
    }
}
