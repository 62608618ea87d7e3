package dev.palimpsest.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Notes on a request who makes it, once that is known, for whoever looks after it was answered. */
public final class Callers extends OncePerRequestFilter {
    private static final String ATTRIBUTE = Caller.class.getName();

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Authentication known = SecurityContextHolder.getContext().getAuthentication();
        if (known != null && known.getPrincipal() instanceof Caller caller)
            request.setAttribute(ATTRIBUTE, caller);
        chain.doFilter(request, response);
    }

    /** The caller's id, or what stands for somebody who is not known. */
    public static String idOf(HttpServletRequest request) {
        Caller caller = of(request);
        return caller == null ? Caller.NOBODY : caller.id();
    }

    static @Nullable Caller of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Caller caller ? caller : null;
    }
}
