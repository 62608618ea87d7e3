package dev.palimpsest.background;

/** Why a process ended before it had done its piece: one sentence, and its last lines. */
public record Breakdown(String reason, String lastLines, Blame blame) {
    /** Where it lay, and so whether another attempt is of use. */
    public enum Blame {
        /** In the piece: any attempt would end so. */
        PIECE,
        /** In the machine: it was killed, crashed, or found no memory or no room on a disk. */
        MACHINE,
        /** Nowhere: by a signal a terminal or a system asked for its end. */
        SIGNAL
    }
}
