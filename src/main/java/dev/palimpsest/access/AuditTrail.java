package dev.palimpsest.access;

import dev.palimpsest.web.Ids;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps who asked for a change and how it ended, refusals too. Points that a training elsewhere
 * tells are data, of which there are thousands a second, and are left out; so are plans of what
 * would be, which a form asks for as it is filled in.
 */
final class AuditTrail extends OncePerRequestFilter {
    private static final Logger log = LoggerFactory.getLogger(AuditTrail.class);
    private static final Set<String> LOOKING = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final Pattern POINTS = Pattern.compile(".*/(metrics|log-[a-z]+|search)");
    private static final Pattern PLAN = Pattern.compile("(.*&)?dry_run=true(&.*)?");
    private static final int LONGEST = 2000;

    private final AuditEntries entries;
    private final Ids ids;
    private final Clock clock;

    AuditTrail(AuditEntries entries, Ids ids, Clock clock) {
        this.entries = entries;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return LOOKING.contains(request.getMethod())
                || POINTS.matcher(request.getRequestURI()).matches()
                || PLAN.matcher(Objects.requireNonNullElse(request.getQueryString(), "")).matches();
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } finally {
            keep(request, response);
        }
    }

    private void keep(HttpServletRequest request, HttpServletResponse response) {
        Caller caller = Callers.of(request);
        AuditEntry entry =
                new AuditEntry(
                        ids.next("audit"),
                        clock.instant(),
                        caller == null ? Caller.NOBODY : caller.id(),
                        caller == null ? Caller.NOBODY : caller.name(),
                        request.getMethod(),
                        cut(request.getRequestURI()),
                        response.getStatus(),
                        response.getHeader("Location"),
                        response.getHeader("x-request-id"),
                        request.getRemoteAddr());
        try {
            entries.add(entry, Callers.projectOf(request));
        } catch (DataAccessException lost) { // what was asked is done: its answer stands
            log.error("the audit trail lacks {}", entry, lost);
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
