package dev.palimpsest.advice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The paper's claims and what an experiment says to each. */
public record Claims(String experiment, Comparisons comparisons, List<Claim> claims) {
    private static final double LEVEL = 0.05;

    /**
     * How many intervals were looked at.
     *
     * @param byChance how many of them miss their number by chance, on average
     */
    public record Comparisons(int intervals, double byChance, String words) {}

    /** In the order of {@link Statement}, each with whether it holds among all of them. */
    static Claims of(String experiment, List<Claim> unordered) {
        List<Claim> claims = new ArrayList<>(unordered);
        claims.sort(
                Comparator.comparing(
                        claim -> Statement.valueOf(claim.id().toUpperCase(Locale.ROOT))));
        int intervals = (int) claims.stream().filter(Claim::hasInterval).count();
        return new Claims(
                experiment,
                new Comparisons(intervals, intervals * LEVEL, words(intervals)),
                claims.stream()
                        .map(claim -> claim.together(LEVEL / Math.max(1, intervals)))
                        .toList());
    }

    private static String words(int intervals) {
        if (intervals == 0) return "no claim has an interval of its own";
        return String.format(
                Locale.ROOT,
                "%d intervals of 95 %% are looked at, of which %.2f miss their number by chance; a verdict that holds_together"
                        + " stays where each interval is made so wide, %.2f %%, that all hold at once with 95 %% (Bonferroni)",
                intervals,
                intervals * LEVEL,
                100 * (1 - LEVEL / intervals));
    }
}
