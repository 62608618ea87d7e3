package dev.palimpsest.filter;

import java.util.List;

/** What has to hold; a test of something that a row does not have does not hold. */
public sealed interface Condition {
    /** Every one of them. */
    record All(List<Condition> conditions) implements Condition {}

    /** At least one of them. */
    record Any(List<Condition> conditions) implements Condition {}

    /** It does not hold. */
    record Not(Condition condition) implements Condition {}

    /** A field against a value. */
    record Compared(FieldName field, Operator operator, Value value) implements Condition {}

    /** A field's value is among those listed, or is another. */
    record Listed(FieldName field, boolean among, List<Value> values) implements Condition {}

    /** A field's text against a pattern, where % stands for any characters and _ for one. */
    record Matched(FieldName field, boolean matches, boolean ignoringCase, Value pattern)
            implements Condition {}

    /** Whether a field has a value. */
    record Known(FieldName field, boolean known) implements Condition {}

    /** The ways to compare. */
    enum Operator {
        EQUAL("="),
        UNEQUAL("!="),
        BELOW("<"),
        AT_MOST("<="),
        ABOVE(">"),
        AT_LEAST(">=");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }

        boolean orders() {
            return this != EQUAL && this != UNEQUAL;
        }

        static Operator of(String sign) {
            for (Operator operator : values()) if (operator.sign.equals(sign)) return operator;
            throw new IllegalArgumentException(sign);
        }
    }
}
