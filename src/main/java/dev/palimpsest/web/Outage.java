package dev.palimpsest.web;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** What a fault looks like behind which the database is out of reach, or has just been. */
final class Outage {
    private Outage() {}

    static boolean isBehind(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause())
            if (cause instanceof SQLException fault && isOne(fault)) return true;
        return false;
    }

    /**
     * The pool's own word; else a connection that failed, a server on its way down or up, or a full
     * one.
     */
    private static boolean isOne(SQLException fault) {
        String state = fault.getSQLState();
        return fault instanceof SQLTransientConnectionException
                || (state != null
                        && (state.startsWith("08")
                                || state.startsWith("57P")
                                || state.equals("53300")));
    }
}
