package dev.palimpsest.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody did, or was refused.
 *
 * @param made where what it made is, if it made something
 * @param request the request's id, as the log has it
 */
record AuditEntry(
        String id,
        Instant at,
        String caller,
        String name,
        String method,
        String path,
        int status,
        @Nullable String made,
        @Nullable String request,
        String address) {}
