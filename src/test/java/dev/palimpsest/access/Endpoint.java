package dev.palimpsest.access;

import java.util.LinkedHashSet;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** A way into a path of the API, whose variables stand in braces. */
record Endpoint(HttpMethod method, String path) {
    static Set<Endpoint> all(RequestMappingHandlerMapping mappings) {
        Set<Endpoint> endpoints = new LinkedHashSet<>();
        for (RequestMappingInfo mapping : mappings.getHandlerMethods().keySet())
            for (String path : mapping.getPatternValues())
                for (RequestMethod method : mapping.getMethodsCondition().getMethods())
                    if (AccessConfiguration.DATA_ROOTS.stream().anyMatch(path::startsWith))
                        endpoints.add(new Endpoint(method.asHttpMethod(), path));
        return endpoints;
    }

    /** With words in place of the variables. */
    Endpoint ofNothing() {
        return new Endpoint(
                method,
                path.replaceAll("\\{\\*[a-z]+}", "/file").replaceAll("\\{[a-z_]+}", "nothing"));
    }
}
