package dev.palimpsest.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.palimpsest.filter.Condition.All;
import dev.palimpsest.filter.Condition.Any;
import dev.palimpsest.filter.Condition.Compared;
import dev.palimpsest.filter.Condition.Known;
import dev.palimpsest.filter.Condition.Listed;
import dev.palimpsest.filter.Condition.Matched;
import dev.palimpsest.filter.Condition.Not;
import dev.palimpsest.filter.Condition.Operator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTests {
    /** Three numbers, three texts, and one of each other kind. */
    private static final Fields FIELDS =
            name ->
                    switch (name.text()) {
                        case "when" -> Field.of(Kind.TIME, Sql.of("at"));
                        case "is_so" -> Field.of(Kind.TRUTH, Sql.of("so"));
                        case "state" -> Field.of(List.of("on", "off"), Sql.of("state"));
                        case "n", "o", "p" -> Field.of(Kind.TEXT, Sql.of(name.text()));
                        case "a", "b", "c" -> Field.of(Kind.NUMBER, Sql.of(name.text()));
                        default -> throw name.refused("is no field");
                    };

    @Test
    void notBindsBeforeAndWhichBindsBeforeOr() {
        Condition read = Filter.condition("not a = 1 and b = 2 or c = 3");

        assertThat(read).isInstanceOf(Any.class);
        List<Condition> ways = ((Any) read).conditions();
        assertThat(ways.getFirst()).isInstanceOf(All.class);
        assertThat(((All) ways.getFirst()).conditions().getFirst()).isInstanceOf(Not.class);
        assertThat(ways.getLast()).isInstanceOf(Compared.class);
    }

    @Test
    void parenthesesBindFirst() {
        assertThat(Filter.condition("not (a = 1 or b = 2)"))
                .isInstanceOfSatisfying(
                        Not.class, not -> assertThat(not.condition()).isInstanceOf(Any.class));
    }

    @ParameterizedTest
    @CsvSource({
        "a = 1, EQUAL",
        "a != 1, UNEQUAL",
        "a<1, BELOW",
        "a <= 1, AT_MOST",
        "a > 1, ABOVE",
        "a>=1, AT_LEAST"
    })
    void everyComparisonIsRead(String text, Operator operator) {
        assertThat(Filter.condition(text))
                .isEqualTo(
                        new Compared(
                                new FieldName(List.of("a"), 1),
                                operator,
                                new Value.Numeric(1, text.length())));
    }

    @Test
    void membershipPatternsAndAbsenceAreReadInAnyCase() {
        assertThat(Filter.condition("n IN ('x', 'y')"))
                .isInstanceOfSatisfying(
                        Listed.class,
                        listed -> {
                            assertThat(listed.among()).isTrue();
                            assertThat(listed.values()).hasSize(2);
                        });
        assertThat(Filter.condition("n not in ('x')"))
                .isInstanceOfSatisfying(Listed.class, l -> assertThat(l.among()).isFalse());
        assertThat(Filter.condition("n not ilike 'x%'"))
                .isInstanceOfSatisfying(
                        Matched.class,
                        matched -> {
                            assertThat(matched.matches()).isFalse();
                            assertThat(matched.ignoringCase()).isTrue();
                        });
        assertThat(Filter.condition("n Is Not Null"))
                .isInstanceOfSatisfying(Known.class, k -> assertThat(k.known()).isTrue());
        assertThat(Filter.condition("n is null"))
                .isInstanceOfSatisfying(Known.class, k -> assertThat(k.known()).isFalse());
    }

    @Test
    void namesAreQuotedInTwoWaysAndValuesInOneMore() {
        assertThat(field("metrics.\"train/loss (a \"\"b\"\")\" > 1"))
                .containsExactly("metrics", "train/loss (a \"b\")");
        assertThat(field("metrics.`a b` > 1")).containsExactly("metrics", "a b");
        assertThat(field("metrics.train/loss > 1")).containsExactly("metrics", "train/loss");
        assertThat(value("n = 'it''s'")).isEqualTo(new Value.Text("it's", 5));
        assertThat(value("n = \"it's\"")).isEqualTo(new Value.Text("it's", 5));
        assertThat(value("a > -1.5e-3")).isEqualTo(new Value.Numeric(-0.0015, 5));
        assertThat(value("is_so = TRUE")).isEqualTo(new Value.Truth(true, 9));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | 1 | expected (, not, a field, got the end",
                "a | 2 | expected =, !=, <, <=, >, >=, not, in, like, ilike, is, got the end",
                "a = | 4 | expected a value, got the end",
                "a = b | 5 | expected a value, got 'b'",
                "a = 1 b = 2 | 7 | expected and, or, the end, got 'b'",
                "(a = 1 | 7 | expected and, or, ), got the end",
                "a = 1) | 6 | expected and, or, the end, got ')'",
                "a in 1 | 6 | expected (, got '1'",
                "a in (1 2) | 9 | expected a comma, ), got '2'",
                "a is 1 | 6 | expected not, null, got '1'",
                "a = 1 and | 10 | expected (, not, a field, got the end",
                "n = 'x | 5 | expected a value, got a quote that is not closed",
                "a = 1; drop table jobs | 6 | expected and, or, the end, got ';'",
                "a == 1 | 4 | expected a value, got '='"
            })
    void aFaultNamesItsPlaceAndWhatWasExpectedThere(String text, int position, String detail) {
        assertThatThrownBy(() -> Filter.condition(text))
                .isInstanceOf(InvalidFilter.class)
                .hasMessage("at character %d: %s".formatted(position, detail));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "z = 1 | at character 1: 'z' is no field",
                "a = 'x' | at character 5: expected a number for 'a', got 'x'",
                "n > 1 | at character 5: expected a text in quotes for 'n', got 1.0",
                "is_so = 'yes' | at character 9: expected true or false for 'is_so', got 'yes'",
                "is_so > true | at character 1: 'is_so' can only be equal or not, it has no order",
                "state = 'up' | at character 9: expected one of on, off for 'state', got 'up'",
                "state in ('on', 'up') | at character 17: expected one of on, off for 'state', got 'up'",
                "when > 'noon' | at character 8: expected an RFC 3339 time in quotes for 'when', got 'noon'",
                "when > '+99999-01-01T00:00:00Z' | at character 8: expected an RFC 3339 time in quotes for 'when', got '+99999-01-01T00:00:00Z'",
                "a like 'x' | at character 1: 'a' is a number, and like is for texts",
                "n like 1 | at character 8: expected a text in quotes, got 1.0",
                "n like 'x\\' | at character 8: expected a pattern that does not end with a lone \\"
            },
            quoteCharacter = '~')
    void typesAreCheckedBeforeAnythingIsAsked(String text, String message) {
        assertThatThrownBy(() -> FIELDS.sql(Filter.condition(text)))
                .isInstanceOf(InvalidFilter.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n = 'x'' or 1 = 1 --'",
                "n = \"'; drop table jobs; --\"",
                "n like '%''; delete from jobs'",
                "n in ('$1', '?', ':name', '{ts}')"
            })
    void whatAValueSaysIsOnlyEverAParameter(String text) {
        Sql sql = FIELDS.sql(Filter.condition(text));

        assertThat(sql.text()).matches("\\(n (= \\?|like \\?|in \\([?, ]+\\))\\)");
        assertThat(sql.parameters()).isNotEmpty();
        assertThat(sql.text().chars().filter(c -> c == '?').count())
                .isEqualTo(sql.parameters().size());
    }

    @Test
    void lengthDepthAndNumberAreBounded() {
        assertThat(Filter.condition("(".repeat(31) + "not a = 1" + ")".repeat(31))).isNotNull();
        assertThatThrownBy(() -> Filter.condition("(".repeat(33) + "a = 1" + ")".repeat(33)))
                .hasMessage("at character 33: expected at most 32 levels");
        assertThatThrownBy(() -> Filter.condition("not ".repeat(900) + "a = 1"))
                .hasMessage("at character 129: expected at most 32 levels");
        assertThatThrownBy(() -> Filter.condition("a=1 and ".repeat(64) + "a=1"))
                .hasMessage("at character 513: expected at most 64 tests");
        assertThatThrownBy(() -> Filter.condition("a = " + "1".repeat(4_000)))
                .hasMessage("at character 4001: expected the end: at most 4000 characters");
    }

    @Test
    void anOrderHasFieldsAndDirections() {
        assertThat(Filter.order("a desc, b, metrics.\"x\" ASC"))
                .extracting(sorted -> sorted.field().text(), Sorted::descending)
                .containsExactly(tuple("a", true), tuple("b", false), tuple("metrics.x", false));
        assertThatThrownBy(() -> Filter.order("a up"))
                .hasMessage("at character 3: expected asc, desc, a comma, the end, got 'up'");
        assertThatThrownBy(() -> Filter.fields("a b"))
                .hasMessage("at character 3: expected a comma, the end, got 'b'");
    }

    private static List<String> field(String text) {
        return ((Compared) Filter.condition(text)).field().parts();
    }

    private static Value value(String text) {
        return ((Compared) Filter.condition(text)).value();
    }
}
