package dev.palimpsest.filter;

import dev.palimpsest.filter.Condition.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.TokenStream;

/**
 * Reads the filter language, whose grammar is {@code Filter.g4}. Its length and depth are bounded,
 * as it comes from a request.
 */
public final class Filter {
    private static final int LONGEST = 4_000;
    private static final int DEEPEST = 32;
    private static final int MOST_TESTS = 64;

    private final TokenStream tokens;
    private int tests;

    private Filter(String text) {
        if (text.length() > LONGEST)
            throw new InvalidFilter(
                    LONGEST + 1, "expected the end: at most %d characters".formatted(LONGEST));
        FilterLexer lexer = new FilterLexer(CharStreams.fromString(text));
        lexer.removeErrorListeners(); // its last rule takes any character
        CommonTokenStream read = new CommonTokenStream(lexer);
        read.fill();
        requireShallow(read.getTokens());
        this.tokens = read;
    }

    /** What has to hold. */
    public static Condition condition(String text) {
        return new Filter(text).read(parser -> parser.filter().either(), Filter::either);
    }

    /** {@code created_at desc, name}. */
    public static List<Sorted> order(String text) {
        return new Filter(text)
                .read(
                        FilterParser::order,
                        (_, order) -> order.sorted().stream().map(Filter::sorted).toList());
    }

    /** {@code id, status, metrics."train/loss"}. */
    public static List<FieldName> fields(String text) {
        return new Filter(text)
                .read(
                        FilterParser::choice,
                        (_, choice) -> choice.field().stream().map(Filter::field).toList());
    }

    private interface Reading<C, T> {
        T of(Filter filter, C context);
    }

    private <C, T> T read(Function<FilterParser, C> rule, Reading<C, T> reading) {
        FilterParser parser = new FilterParser(tokens);
        parser.removeErrorListeners();
        parser.addErrorListener(new Expectation());
        return reading.of(this, rule.apply(parser));
    }

    /** Before anything descends into it. */
    private static void requireShallow(List<Token> tokens) {
        int open = 0;
        int negations = 0;
        for (Token token : tokens) {
            if (token.getText().equals("(")) open++;
            if (token.getText().equals(")")) open--;
            negations = token.getType() == FilterLexer.NOT ? negations + 1 : 0;
            if (open + negations > DEEPEST)
                throw new InvalidFilter(
                        position(token), "expected at most %d levels".formatted(DEEPEST));
        }
    }

    private Condition either(FilterParser.EitherContext either) {
        List<Condition> parts = either.both().stream().map(this::both).toList();
        return parts.size() == 1 ? parts.getFirst() : new Condition.Any(parts);
    }

    private Condition both(FilterParser.BothContext both) {
        List<Condition> parts = both.one().stream().map(this::one).toList();
        return parts.size() == 1 ? parts.getFirst() : new Condition.All(parts);
    }

    private Condition one(FilterParser.OneContext one) {
        if (one.one() != null) return new Condition.Not(one(one.one()));
        if (one.either() != null) return either(one.either());
        FieldName field = field(one.field());
        if (++tests > MOST_TESTS)
            throw new InvalidFilter(
                    field.position(), "expected at most %d tests".formatted(MOST_TESTS));
        return switch (one.test()) {
            case FilterParser.ComparedContext compared ->
                    new Condition.Compared(
                            field,
                            Operator.of(compared.comparison().getText()),
                            value(compared.value()));
            case FilterParser.KnownContext known -> new Condition.Known(field, known.NOT() != null);
            case FilterParser.MemberContext member -> member(field, member);
            default -> throw new IllegalStateException(one.getText());
        };
    }

    private static Condition member(FieldName field, FilterParser.MemberContext member) {
        boolean holds = member.NOT() == null;
        FilterParser.MatchedContext matched = member.matched();
        if (matched == null)
            return new Condition.Listed(
                    field, holds, member.listed().value().stream().map(Filter::value).toList());
        return new Condition.Matched(field, holds, matched.ILIKE() != null, value(matched.value()));
    }

    private static Sorted sorted(FilterParser.SortedContext sorted) {
        return new Sorted(field(sorted.field()), sorted.DESC() != null);
    }

    private static FieldName field(FilterParser.FieldContext field) {
        List<String> parts = new ArrayList<>();
        for (FilterParser.NameContext name : field.name()) {
            String text = name.getText();
            parts.add(name.WORD() == null ? unquoted(text) : text);
        }
        return new FieldName(parts, position(field));
    }

    private static Value value(FilterParser.ValueContext value) {
        String text = value.getText();
        int position = position(value);
        if (value.NUMBER() != null) return new Value.Numeric(Double.parseDouble(text), position);
        if (value.TRUE() != null) return new Value.Truth(true, position);
        if (value.FALSE() != null) return new Value.Truth(false, position);
        return new Value.Text(unquoted(text), position);
    }

    /** A quote inside is written twice. */
    private static String unquoted(String text) {
        String quote = text.substring(0, 1);
        return text.substring(1, text.length() - 1).replace(quote + quote, quote);
    }

    private static int position(ParserRuleContext context) {
        return position(context.getStart());
    }

    static int position(Token token) {
        return token.getStartIndex() + 1;
    }
}
