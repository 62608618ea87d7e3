package dev.palimpsest.advice;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How numbers are written in sentences. */
final class Numbers {
    private static final int DIGITS = 4;
    private static final double SMALL = 1e-3;
    private static final double LARGE = 1e7;

    private Numbers() {}

    /** As people write it: 16, 0.05, 2e-04. */
    static String plain(double value) {
        if (value == 0) return "0";
        double size = Math.abs(value);
        if (size < SMALL || size >= LARGE)
            return String.format(Locale.ROOT, "%.2e", value).replaceFirst("\\.?0+e", "e");
        return new BigDecimal(value)
                .round(new MathContext(size >= 1000 ? 8 : DIGITS))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** A score or a difference of scores: three decimals, four where it is below a hundredth. */
    static String score(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 0.01 ? "%.4f" : "%.3f", value);
    }

    /** With what it may be off by, where that is known. */
    static String score(double value, @Nullable Double halfWidth) {
        return halfWidth == null ? score(value) : score(value) + " ± " + score(halfWidth);
    }
}
