package dev.palimpsest.jobs;

import dev.palimpsest.web.Conflict;

/** Something was asked of a job that its status does not allow. */
public final class IllegalMove extends Conflict {
    private static final long serialVersionUID = 1;

    IllegalMove(String message) {
        super(message);
    }
}
