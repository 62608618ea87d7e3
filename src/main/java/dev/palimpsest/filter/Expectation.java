package dev.palimpsest.filter;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.jspecify.annotations.Nullable;

/** Ends the reading at its first fault and says what could have stood there. */
final class Expectation extends BaseErrorListener {
    @Override
    public void syntaxError(
            Recognizer<?, ?> recognizer,
            Object offending,
            int line,
            int column,
            String message,
            @Nullable RecognitionException fault) {
        Parser parser = (Parser) recognizer;
        Token token = (Token) offending;
        String got =
                switch (token.getType()) {
                    case Token.EOF -> "the end";
                    case FilterLexer.UNCLOSED -> "a quote that is not closed";
                    default -> "'" + token.getText() + "'";
                };
        throw new InvalidFilter(
                Filter.position(token), "expected %s, got %s".formatted(words(parser), got));
    }

    private static String words(Parser parser) {
        IntervalSet expected = parser.getExpectedTokens();
        Set<String> words = new LinkedHashSet<>(others(parser.getContext(), expected));
        for (int type : expected.toList()) words.add(word(type, expected));
        return String.join(", ", words);
    }

    /** What else could have stood where a loop over parts has found no further one. */
    private static List<String> others(ParserRuleContext within, IntervalSet expected) {
        if (expected.contains(FilterLexer.WORD)) return List.of();
        return switch (within) {
            case FilterParser.FilterContext _, FilterParser.OneContext _ -> List.of("and", "or");
            case FilterParser.OrderContext _ -> List.of("asc", "desc", "a comma");
            case FilterParser.ChoiceContext _ -> List.of("a comma");
            default -> List.of();
        };
    }

    private static String word(int type, IntervalSet expected) {
        return switch (type) {
            case Token.EOF -> "the end";
            case FilterLexer.WORD, FilterLexer.BACK -> "a field";
            case FilterLexer.DOUBLE -> expected.contains(FilterLexer.WORD) ? "a field" : "a value";
            case FilterLexer.SINGLE, FilterLexer.NUMBER, FilterLexer.TRUE, FilterLexer.FALSE ->
                    "a value";
            default -> named(FilterLexer.VOCABULARY.getDisplayName(type));
        };
    }

    private static String named(String token) {
        return token.equals("','") ? "a comma" : token.replace("'", "").toLowerCase(Locale.ROOT);
    }
}
