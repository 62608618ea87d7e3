package dev.palimpsest.access;

import dev.palimpsest.projects.CurrentProject;
import dev.palimpsest.projects.Projects;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Notes on a request who makes it, once that is known, for whoever looks after it was answered, and
 * lets it see that caller's project only. Those who run the service say which by a header.
 */
public final class Callers extends OncePerRequestFilter {
    /** By which those who run the service say in which project they work. */
    public static final String PROJECT = "Palimpsest-Project";

    private static final String ATTRIBUTE = Caller.class.getName();

    private final Projects projects;

    Callers(Projects projects) {
        this.projects = projects;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Authentication known = SecurityContextHolder.getContext().getAuthentication();
        if (known == null || !(known.getPrincipal() instanceof Caller caller)) {
            chain.doFilter(request, response);
            return;
        }
        String asked = request.getHeader(PROJECT);
        String project = project(caller, asked);
        request.setAttribute(ATTRIBUTE, caller.in(project));
        if (asked != null && !asked.equals(project)) {
            response.sendError(
                    403, "this key is of the project %s and works in no other".formatted(project));
        } else if (!project.equals(CurrentProject.DEFAULT) && !projects.has(project)) {
            response.sendError(
                    403,
                    "there is no project %s; POST /api/v1/projects makes one".formatted(project));
        } else {
            try (CurrentProject.Stay _ = CurrentProject.enter(project)) {
                chain.doFilter(request, response);
            }
        }
    }

    private static String project(Caller caller, @Nullable String asked) {
        if (caller.project() != null) return caller.project();
        return asked == null ? CurrentProject.DEFAULT : asked;
    }

    /** The caller's id, or what stands for somebody who is not known. */
    public static String idOf(HttpServletRequest request) {
        Caller caller = of(request);
        return caller == null ? Caller.NOBODY : caller.id();
    }

    /** Where the caller works, or the first project for somebody who is not known. */
    static String projectOf(HttpServletRequest request) {
        Caller caller = of(request);
        return caller == null || caller.project() == null
                ? CurrentProject.DEFAULT
                : caller.project();
    }

    static @Nullable Caller of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Caller caller ? caller : null;
    }
}
