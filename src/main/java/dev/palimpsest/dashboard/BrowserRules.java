package dev.palimpsest.dashboard;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What browsers are told and asked. Pages run no script but the service's own files and talk to
 * nobody else. A request that changes something is refused if a browser says that a page of another
 * origin made it, so that no foreign page can use the service by way of somebody who looks at both;
 * other clients do not say where they come from and are not asked.
 */
@Component
final class BrowserRules extends OncePerRequestFilter {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private static final String PAGES =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "same-origin");
        if (!isOfOthers(request.getRequestURI()))
            response.setHeader("Content-Security-Policy", PAGES);
        if (!SAFE.contains(request.getMethod()) && isForeign(request)) {
            response.sendError(
                    403,
                    "a page of another origin made this request; only the service's own pages may change things");
            return;
        }
        chain.doFilter(request, response);
    }

    /** Swagger UI and reports bring styles of their own with them. */
    private static boolean isOfOthers(String path) {
        return path.startsWith("/swagger-ui")
                || path.startsWith("/api/")
                || path.startsWith("/v1/")
                || path.startsWith("/v3/");
    }

    private static boolean isForeign(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) return !OWN.contains(site);
        String origin = request.getHeader("Origin");
        return origin != null && !isOwn(origin, request.getHeader("Host"));
    }

    private static boolean isOwn(String origin, String host) {
        try {
            return host != null && host.equals(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
