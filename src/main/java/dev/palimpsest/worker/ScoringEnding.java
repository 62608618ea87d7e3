package dev.palimpsest.worker;

/** How the process of a scoring ended. */
public sealed interface ScoringEnding {
    /** Every task is scored. */
    record Finished() implements ScoringEnding {}

    /**
     * Tasks are left.
     *
     * @param interrupted by a signal with which a terminal or a system asks for an end
     */
    record Failed(String reason, String lastLines, boolean interrupted) implements ScoringEnding {}
}
