package dev.palimpsest.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.condition.PathPatternsRequestCondition;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Takes a path that a route names word for word for no other route's variable, and matches no route
 * that begins otherwise: of some two hundred a few are left.
 */
final class ExactRoutes extends RequestMappingHandlerMapping {
    private static final Pattern NOT_LITERAL = Pattern.compile("[{*?]");

    private final Map<RequestMappingInfo, HandlerMethod> handlers = new HashMap<>();
    private final Map<String, Set<RequestMappingInfo>> exact = new HashMap<>();
    private final Map<String, Set<RequestMappingInfo>> beginning = new HashMap<>();

    @Override
    public void afterPropertiesSet() {
        super.afterPropertiesSet();
        handlers.putAll(getHandlerMethods());
        for (RequestMappingInfo route : handlers.keySet()) {
            for (String path : route.getDirectPaths()) add(exact, path, route);
            for (String pattern : route.getPatternValues()) add(beginning, literal(pattern), route);
        }
    }

    private static void add(
            Map<String, Set<RequestMappingInfo>> routes, String path, RequestMappingInfo route) {
        routes.computeIfAbsent(path, _ -> new LinkedHashSet<>()).add(route);
    }

    /** The whole segments that each path of a pattern begins with. */
    private static String literal(String pattern) {
        String words = NOT_LITERAL.split(pattern, 2)[0];
        return words.equals(pattern) ? pattern : words.substring(0, words.lastIndexOf('/'));
    }

    private Set<RequestMappingInfo> routes(String path) {
        Set<RequestMappingInfo> named = exact.get(path);
        if (named != null) return named;
        if (path.indexOf('%') >= 0) return handlers.keySet(); // letters written by their codes
        Set<RequestMappingInfo> routes = new LinkedHashSet<>();
        for (int end = 0; end >= 0; end = path.indexOf('/', end + 1))
            routes.addAll(beginning.getOrDefault(path.substring(0, end), Set.of()));
        routes.addAll(beginning.getOrDefault(path, Set.of()));
        return routes;
    }

    @Override
    protected @Nullable HandlerMethod lookupHandlerMethod(String path, HttpServletRequest request)
            throws Exception {
        Set<RequestMappingInfo> routes = routes(path);
        Comparator<RequestMappingInfo> order = getMappingComparator(request);
        RequestMappingInfo best = null;
        HandlerMethod handler = null;
        for (RequestMappingInfo route : routes) {
            RequestMappingInfo matching = getMatchingMapping(route, request);
            if (matching == null) continue;
            int behind = best == null ? 1 : order.compare(best, matching);
            if (behind == 0 && !CorsUtils.isPreFlightRequest(request))
                throw new IllegalStateException(
                        "%s and %s both take %s".formatted(best, matching, path));
            if (behind <= 0) continue;
            best = matching;
            handler = handlers.get(route);
        }
        if (best == null || handler == null) return handleNoMatch(routes, path, request);
        request.setAttribute(BEST_MATCHING_HANDLER_ATTRIBUTE, handler);
        handleMatch(best, path, request);
        return handler;
    }

    /** Its path is asked first: it is what most others differ in. */
    @Override
    protected @Nullable RequestMappingInfo getMatchingMapping(
            RequestMappingInfo route, HttpServletRequest request) {
        PathPatternsRequestCondition paths = route.getPathPatternsCondition();
        boolean other = paths != null && paths.getMatchingCondition(request) == null;
        return other ? null : super.getMatchingMapping(route, request);
    }
}
