package dev.palimpsest.spec;

import java.math.BigDecimal;

/**
 * Where a job leaves another one, its trunk: it goes on from the trunk's last checkpoint before the
 * cooldown, over which its rate falls to 0 (paper, appendix A). Its length is counted from the
 * trunk's beginning.
 *
 * @param job the trunk's id
 * @param cooldown the part of the length over which the rate falls
 */
public record Branch(String job, @Default("0.2") double cooldown) {
    public Branch {
        new Faults()
                .require(!job.isBlank(), "/job", "must be a job's id")
                .require(
                        cooldown > 0 && cooldown < 1,
                        "/cooldown",
                        "must be above 0 and below 1, got " + cooldown)
                .raise();
    }

    /** Whether a branch of this length may leave its trunk at a place. */
    public boolean mayLeaveAt(Duration whole, long step, double epoch, long tokens) {
        return switch (whole) {
            case Duration.Steps(long count) -> step <= before(count);
            case Duration.Tokens(long count) -> tokens <= before(count);
            case Duration.Epochs(double count) -> epoch <= before(count);
        };
    }

    /** What of a length lies before the cooldown, in whole steps or tokens. */
    public long before(long whole) {
        return kept().multiply(BigDecimal.valueOf(whole)).longValue();
    }

    public double before(double epochs) {
        return kept().multiply(BigDecimal.valueOf(epochs)).doubleValue();
    }

    /** Of decimal fractions, whose products in binary may fall short of a whole number. */
    private BigDecimal kept() {
        return BigDecimal.ONE.subtract(BigDecimal.valueOf(cooldown));
    }
}
