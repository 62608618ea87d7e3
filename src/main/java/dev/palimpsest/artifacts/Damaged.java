package dev.palimpsest.artifacts;

import dev.palimpsest.web.Conflict;

/** A stored file is gone or is not what was stored; the message names it. */
public final class Damaged extends Conflict {
    private static final long serialVersionUID = 1;

    private final boolean gone;

    private Damaged(String detail, boolean gone) {
        super(detail);
        this.gone = gone;
    }

    static Damaged gone(String file) {
        return new Damaged(file + " is no longer there", true);
    }

    static Damaged cut(String file, long bytes, long expected) {
        return new Damaged(
                "%s is damaged: it has %,d bytes of %,d".formatted(file, bytes, expected), false);
    }

    static Damaged changed(String file, String sum, String expected) {
        return new Damaged(
                "%s is damaged: its SHA-256 is %s, not %s".formatted(file, sum, expected), false);
    }

    /** Nothing is left of it. */
    public boolean isGone() {
        return gone;
    }
}
