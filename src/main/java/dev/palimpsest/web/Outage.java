package dev.palimpsest.web;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Optional;

/**
 * What the database lacks for the moment, told from a fault by its state (PostgreSQL, appendix A).
 */
final class Outage {
    private static final String DISK_FULL = "53100";
    private static final String READ_ONLY = "25006";
    private static final String RESOURCES = "53";
    private static final String CONNECTION = "08";
    private static final String DOWN_OR_UP = "57P";

    /** The pool's word of one it gave up, as when what failed is to be rolled back. */
    private static final String GIVEN_UP = "Connection is closed";

    private Outage() {}

    /** What to say to a caller whose request failed for it; nothing where the fault is another. */
    static Optional<String> behind(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause())
            if (cause instanceof SQLException fault) {
                Optional<String> lacks = lacks(fault);
                if (lacks.isPresent()) return lacks;
            }
        return Optional.empty();
    }

    private static Optional<String> lacks(SQLException fault) {
        String state = Objects.requireNonNullElse(fault.getSQLState(), "");
        if (fault instanceof SQLTransientConnectionException // the pool's own word
                || state.startsWith(CONNECTION)
                || state.startsWith(DOWN_OR_UP)
                || GIVEN_UP.equals(fault.getMessage()))
            return Optional.of("the database is out of reach; ask again");
        if (state.equals(DISK_FULL))
            return Optional.of("the database's disk is full; make room there and ask again");
        if (state.startsWith(RESOURCES))
            return Optional.of("the database has no memory or connection left; ask again");
        if (state.equals(READ_ONLY))
            return Optional.of(
                    "the database takes no changes, as one that is copied from another; ask again");
        return Optional.empty();
    }
}
