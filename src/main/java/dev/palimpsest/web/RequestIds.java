package dev.palimpsest.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Gives each request an id, or keeps the caller's, and says it in the answer and in the log. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RequestIds extends OncePerRequestFilter {
    private static final String HEADER = "x-request-id";

    private final Ids ids;

    RequestIds(Ids ids) {
        this.ids = ids;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String given = request.getHeader(HEADER);
        String id = given != null && given.matches("[\\w.:-]{1,128}") ? given : ids.next("req");
        response.setHeader(HEADER, id);
        try (var _ = MDC.putCloseable("request", id)) {
            if (holdsNul(request)) {
                response.sendError(400, "a query parameter holds a NUL character");
                return;
            }
            chain.doFilter(request, response);
        }
    }

    /** PostgreSQL cannot store one, and no name of ours has one. */
    private static boolean holdsNul(HttpServletRequest request) {
        String query = request.getQueryString();
        return query != null && query.contains("%00");
    }
}
