package dev.palimpsest.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.condition.PathPatternsRequestCondition;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Takes a path that a route names word for word for no other route's variable, and passes over
 * routes that begin otherwise: of some two hundred a few are left to be matched.
 */
final class ExactRoutes extends RequestMappingHandlerMapping {
    private static final Pattern NOT_LITERAL = Pattern.compile("[{*?]");

    private final Map<String, Set<RequestMappingInfo>> exact = new HashMap<>();
    private final Map<RequestMappingInfo, String> beginnings = new HashMap<>();

    @Override
    public void afterPropertiesSet() {
        super.afterPropertiesSet();
        for (RequestMappingInfo route : getHandlerMethods().keySet()) {
            for (String path : route.getDirectPaths())
                exact.computeIfAbsent(path, _ -> new HashSet<>()).add(route);
            beginning(route).ifPresent(beginning -> beginnings.put(route, beginning));
        }
    }

    /** What all paths of a route begin with, if it has one pattern. */
    private static Optional<String> beginning(RequestMappingInfo route) {
        Set<String> patterns = route.getPatternValues();
        if (patterns.size() != 1) return Optional.empty();
        String literal = NOT_LITERAL.split(patterns.iterator().next(), 2)[0];
        // what takes all that follows may be followed by nothing
        return Optional.of(StringUtils.trimTrailingCharacter(literal, '/'));
    }

    @Override
    protected @Nullable RequestMappingInfo getMatchingMapping(
            RequestMappingInfo route, HttpServletRequest request) {
        String path = ServletRequestPathUtils.getCachedPathValue(request);
        boolean asWritten = path.indexOf('%') < 0 && path.indexOf(';') < 0;
        if (asWritten && !path.startsWith(beginnings.getOrDefault(route, ""))) return null;
        PathPatternsRequestCondition patterns = route.getPathPatternsCondition();
        if (patterns != null && patterns.getMatchingCondition(request) == null) return null;
        return super.getMatchingMapping(route, request);
    }

    @Override
    protected @Nullable HandlerMethod lookupHandlerMethod(String path, HttpServletRequest request)
            throws Exception {
        HandlerMethod found = super.lookupHandlerMethod(path, request);
        Set<RequestMappingInfo> routes = exact.get(path);
        if (found == null
                || routes == null
                || path.equals(request.getAttribute(BEST_MATCHING_PATTERN_ATTRIBUTE))) return found;
        return handleNoMatch(routes, path, request);
    }

    /** The methods that are named in a refusal are those of the path alone. */
    @Override
    protected @Nullable HandlerMethod handleNoMatch(
            Set<RequestMappingInfo> routes, String path, HttpServletRequest request)
            throws ServletException {
        return super.handleNoMatch(exact.getOrDefault(path, routes), path, request);
    }
}
