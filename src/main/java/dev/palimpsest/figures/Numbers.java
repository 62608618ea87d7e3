package dev.palimpsest.figures;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/** Numbers as they stand along an axis. */
final class Numbers {
    private static final int FIRST_SHORTENED = 10_000;
    private static final double LEAST_PLAIN = 0.001;
    private static final MathContext DIGITS = new MathContext(3);
    private static final List<String> THOUSANDS = List.of("k", "M", "B", "T");

    private Numbers() {}

    /** With so many digits after the point, unless it is large. */
    static String fixed(double value, int digits) {
        if (Math.abs(value) >= FIRST_SHORTENED || digits > 4) return shortly(value);
        String text = String.format(Locale.ROOT, "%." + digits + "f", value);
        return text.matches("-0(\\.0+)?") ? text.substring(1) : text;
    }

    /** Of three digits: 0.05, 200, 16k, 1.5M, 2e-5. */
    static String shortly(double value) {
        double size = Math.abs(value);
        if (size == 0) return "0";
        if (size >= FIRST_SHORTENED) {
            int thousands = Math.min(THOUSANDS.size(), (int) (Math.log10(size) / 3 + 1e-9));
            return plain(value / Math.pow(1000, thousands)) + THOUSANDS.get(thousands - 1);
        }
        if (size >= LEAST_PLAIN) return plain(value);
        int power = (int) Math.floor(Math.log10(size) + 1e-9);
        return plain(value / Math.pow(10, power)) + "e" + power;
    }

    private static String plain(double value) {
        return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
