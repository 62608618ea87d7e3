package dev.palimpsest.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.UriComponentsBuilder;

/** Tells callers of what is {@link Outdated} (RFC 9745, RFC 8594, RFC 5829). */
final class OutdatedHeaders implements HandlerInterceptor {
    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        Outdated outdated =
                handler instanceof HandlerMethod method
                        ? method.getMethodAnnotation(Outdated.class)
                        : null;
        if (outdated == null) return true;
        response.setHeader("Deprecation", "@" + day(outdated.since()).getEpochSecond());
        response.setDateHeader("Sunset", day(outdated.until()).toEpochMilli());
        response.addHeader(
                HttpHeaders.LINK,
                "<%s>; rel=\"successor-version\"".formatted(instead(request, outdated)));
        return true;
    }

    private static Instant day(String date) {
        return LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    @SuppressWarnings("unchecked") // as the attribute's own documentation has it
    private static String instead(HttpServletRequest request, Outdated outdated) {
        var variables =
                (Map<String, String>)
                        request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        return UriComponentsBuilder.fromUriString(outdated.instead())
                .buildAndExpand(variables)
                .encode()
                .toUriString();
    }
}
