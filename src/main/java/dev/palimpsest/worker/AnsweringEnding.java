package dev.palimpsest.worker;

import dev.palimpsest.background.Breakdown;

/** How a process that answers ended. */
public sealed interface AnsweringEnding {
    /** It has answered everything. */
    record Finished() implements AnsweringEnding {}

    /** Answers are missing. */
    record Failed(Breakdown breakdown) implements AnsweringEnding {}
}
