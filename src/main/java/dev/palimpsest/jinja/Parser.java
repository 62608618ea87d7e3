package dev.palimpsest.jinja;

import dev.palimpsest.jinja.Statement.Then;
import dev.palimpsest.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tokens to statements; what is not of the part known here is refused by its line. */
final class Parser {
    private static final int DEEPEST = 64;
    private static final Set<String> RESERVED =
            Set.of(
                    "true", "false", "none", "True", "False", "None", "loop", "not", "and", "or",
                    "in", "is", "if", "else", "varargs", "kwargs", "caller", "self", "super");

    private final Words words;
    private final Expressions expressions;
    private int depth;
    private boolean inLoop;
    private boolean inCapture;
    private boolean generates;

    private Parser(List<Token> tokens) {
        words = new Words(tokens);
        expressions = new Expressions(words);
    }

    /** A template's statements, whether it marks what is generated, and the names it reads. */
    record Parsed(List<Statement> body, boolean generates, Set<String> names) {}

    static Parsed parse(String source, boolean trims) {
        Parser parser = new Parser(Lexer.tokens(source, trims));
        List<Statement> body = parser.body(Set.of());
        if (!parser.words.at(Kind.END)) throw parser.words.unexpected();
        return new Parsed(body, parser.generates, parser.expressions.names());
    }

    /** Statements up to a block whose first word is one of {@code ends}, which is passed. */
    private List<Statement> body(Set<String> ends) {
        if (++depth > DEEPEST) throw new Refusal("has blocks more than %d deep".formatted(DEEPEST));
        List<Statement> body = new ArrayList<>();
        while (!words.at(Kind.END)) {
            Token token = words.next();
            switch (token.kind()) {
                case DATA -> body.add(new Statement.Data(token.text()));
                case VARIABLE_BEGIN -> {
                    body.add(new Statement.Written(expressions.whole()));
                    words.expect(Kind.VARIABLE_END);
                }
                case BLOCK_BEGIN -> {
                    if (words.at(Kind.NAME) && ends.contains(words.peek().text())) {
                        depth--;
                        return body;
                    }
                    body.add(block());
                }
                default -> throw words.unexpected();
            }
        }
        if (!ends.isEmpty()) throw new Refusal("ends inside a block");
        depth--;
        return body;
    }

    private Statement block() {
        Token tag = words.expect(Kind.NAME);
        return switch (tag.text()) {
            case "if" -> choice();
            case "for" -> loop();
            case "set" -> assignment();
            case "with" -> with();
            case "macro" -> macro();
            case "generation" -> generation(tag);
            case "break" -> leave(tag, Then.BREAK);
            case "continue" -> leave(tag, Then.CONTINUE);
            default ->
                    throw new Refusal(
                            "uses the block '%s' in line %d, which is not known here"
                                    .formatted(tag.text(), tag.line()));
        };
    }

    private Statement choice() {
        List<Expression> tests = new ArrayList<>();
        List<List<Statement>> bodies = new ArrayList<>();
        List<Statement> otherwise = List.of();
        String word = "if";
        while (!word.equals("endif")) {
            if (word.equals("else")) {
                words.expect(Kind.BLOCK_END);
                otherwise = body(Set.of("endif"));
            } else {
                tests.add(expressions.or());
                words.expect(Kind.BLOCK_END);
                bodies.add(body(Set.of("elif", "else", "endif")));
            }
            word = words.next().text();
        }
        words.expect(Kind.BLOCK_END);
        return new Statement.If(tests, bodies, otherwise);
    }

    private Statement loop() {
        List<String> names = targets();
        words.expectName("in");
        Expression walked = expressions.or();
        Expression condition = words.skipName("if") ? expressions.whole() : null;
        words.expect(Kind.BLOCK_END);
        boolean around = inLoop;
        inLoop = true;
        List<Statement> body = body(Set.of("else", "endfor"));
        inLoop = around;
        List<Statement> otherwise = List.of();
        if (words.next().text().equals("else")) {
            words.expect(Kind.BLOCK_END);
            otherwise = body(Set.of("endfor"));
            words.expectName("endfor");
        }
        words.expect(Kind.BLOCK_END);
        return new Statement.For(names, walked, condition, body, otherwise);
    }

    private Statement assignment() {
        String first = target();
        if (words.skip(".")) {
            String field = words.expect(Kind.NAME).text();
            if (field.startsWith("_")) throw new Refusal("sets a hidden field of a namespace");
            words.expect("=");
            Expression value = expressions.whole();
            words.expect(Kind.BLOCK_END);
            return new Statement.SetField(first, field, value);
        }
        List<String> names = new ArrayList<>(List.of(first));
        while (words.skip(",")) names.add(target());
        if (words.skip("=")) {
            Expression value = expressions.wholeOrTuple();
            words.expect(Kind.BLOCK_END);
            return new Statement.Set(names, value);
        }
        if (names.size() > 1) throw words.unexpected();
        words.expect(Kind.BLOCK_END);
        List<Statement> body = captured("endset");
        return new Statement.SetBlock(first, body);
    }

    private Statement with() {
        List<String> names = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!words.at(Kind.BLOCK_END)) {
            if (!names.isEmpty()) words.expect(",");
            names.add(target());
            words.expect("=");
            values.add(expressions.whole());
        }
        words.expect(Kind.BLOCK_END);
        List<Statement> body = body(Set.of("endwith"));
        words.expectName("endwith");
        words.expect(Kind.BLOCK_END);
        return new Statement.With(names, values, body);
    }

    private Statement macro() {
        String name = target();
        LinkedHashMap<String, @Nullable Expression> parameters = new LinkedHashMap<>();
        words.expect("(");
        while (!words.skip(")")) {
            if (!parameters.isEmpty()) words.expect(",");
            String parameter = target();
            if (parameters.containsKey(parameter)) throw words.unexpected();
            parameters.put(parameter, words.skip("=") ? expressions.whole() : null);
        }
        words.expect(Kind.BLOCK_END);
        return new Statement.Macro(name, parameters, captured("endmacro"));
    }

    private List<Statement> captured(String end) {
        boolean loopAround = inLoop;
        boolean captureAround = inCapture;
        inLoop = false;
        inCapture = true;
        List<Statement> body = body(Set.of(end));
        words.expectName(end);
        words.expect(Kind.BLOCK_END);
        inLoop = loopAround;
        inCapture = captureAround;
        return body;
    }

    private Statement generation(Token tag) {
        if (inCapture)
            throw new Refusal(
                    "marks what is generated inside a macro, a set block or another mark, line "
                            + tag.line());
        generates = true;
        words.expect(Kind.BLOCK_END);
        return new Statement.Generation(captured("endgeneration"));
    }

    private Statement leave(Token tag, Then then) {
        if (!inLoop)
            throw new Refusal("uses %s outside a loop, line %d".formatted(tag.text(), tag.line()));
        words.expect(Kind.BLOCK_END);
        return new Statement.Leave(then);
    }

    private List<String> targets() {
        boolean bracket = words.skip("(");
        List<String> names = new ArrayList<>(List.of(target()));
        while (words.skip(",")) names.add(target());
        if (bracket) words.expect(")");
        return names;
    }

    private String target() {
        Token name = words.expect(Kind.NAME);
        if (RESERVED.contains(name.text()))
            throw new Refusal("sets '%s' in line %d".formatted(name.text(), name.line()));
        return name.text();
    }
}
