package dev.palimpsest.background;

/** A machine did not do a piece that it, or another, may do at the next attempt. */
final class MachineFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Breakdown breakdown;

    MachineFault(Breakdown breakdown) {
        super(breakdown.reason(), null, false, false); // where it was thrown tells nothing
        this.breakdown = breakdown;
    }

    Breakdown breakdown() {
        return breakdown;
    }
}
