package dev.palimpsest.worker;

/** How a process that answers ended. */
public sealed interface AnsweringEnding {
    /** It has answered everything. */
    record Finished() implements AnsweringEnding {}

    /**
     * Answers are missing.
     *
     * @param interrupted by a signal with which a terminal or a system asks for an end
     */
    record Failed(String reason, String lastLines, boolean interrupted)
            implements AnsweringEnding {}
}
