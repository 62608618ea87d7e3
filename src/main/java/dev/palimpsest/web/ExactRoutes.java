package dev.palimpsest.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Takes a path that a route names word for word for no other route's variable. */
final class ExactRoutes extends RequestMappingHandlerMapping {
    private final Map<String, Set<RequestMappingInfo>> exact = new HashMap<>();

    @Override
    public void afterPropertiesSet() {
        super.afterPropertiesSet();
        for (RequestMappingInfo route : getHandlerMethods().keySet())
            for (String path : route.getDirectPaths())
                exact.computeIfAbsent(path, _ -> new HashSet<>()).add(route);
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
