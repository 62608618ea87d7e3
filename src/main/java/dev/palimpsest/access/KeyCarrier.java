package dev.palimpsest.access;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseCookie;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.web.util.WebUtils;

/**
 * Where a request carries its key: in the Authorization header, or in the cookie that signing in
 * sets for the pages. Where nobody is asked for one, official clients send anything in its place,
 * which is not looked at.
 */
final class KeyCarrier implements BearerTokenResolver {
    private static final String COOKIE = "palimpsest_key";

    private final BearerTokenResolver header = new DefaultBearerTokenResolver();
    private final boolean asked;

    KeyCarrier(boolean asked) {
        this.asked = asked;
    }

    @Override
    public @Nullable String resolve(HttpServletRequest request) {
        if (asked) {
            String told = header.resolve(request);
            return told == null ? ofCookie(request) : told;
        }
        String authorization = request.getHeader("Authorization");
        return authorization != null && authorization.startsWith("Bearer " + Secret.PREFIX)
                ? header.resolve(request)
                : null;
    }

    /**
     * Pages are open and signing in takes the place of the key before: one that is over keeps
     * nobody from either.
     */
    private static @Nullable String ofCookie(HttpServletRequest request) {
        String path = request.getRequestURI();
        boolean data = AccessConfiguration.DATA_ROOTS.stream().anyMatch(path::startsWith);
        boolean signingIn = path.equals("/api/v1/session") && !request.getMethod().equals("GET");
        if (!data || signingIn) return null;
        Cookie cookie = WebUtils.getCookie(request, COOKIE);
        return cookie == null || cookie.getValue().isEmpty() ? null : cookie.getValue();
    }

    /** No script can read it, no other site's page can send it, and it goes with the browser. */
    static ResponseCookie cookie(String key, boolean encrypted) {
        return strict(key, encrypted).build();
    }

    /** Takes it back. */
    static ResponseCookie noCookie(boolean encrypted) {
        return strict("", encrypted).maxAge(0).build();
    }

    private static ResponseCookie.ResponseCookieBuilder strict(String value, boolean encrypted) {
        return ResponseCookie.from(COOKIE, value)
                .httpOnly(true)
                .secure(encrypted)
                .sameSite("Strict")
                .path("/");
    }
}
