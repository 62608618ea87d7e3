package dev.palimpsest.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ValueConstants;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses {@code ?weights=} where a value is due, which Spring would take for one left out, and
 * answer something other than what was asked.
 */
final class EmptyParameters implements HandlerInterceptor {
    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method)
            for (MethodParameter parameter : method.getMethodParameters()) {
                RequestParam asked = parameter.getParameterAnnotation(RequestParam.class);
                if (asked == null || mayBeEmpty(parameter, asked)) continue;
                String name =
                        asked.name().isEmpty() ? parameter.getParameter().getName() : asked.name();
                if ("".equals(request.getParameter(name)))
                    throw new BadParameter(name, "is empty; give it a value or leave it out");
            }
        return true;
    }

    /** An empty list is one, and so is an empty text unless that is taken for a default. */
    private static boolean mayBeEmpty(MethodParameter parameter, RequestParam asked) {
        String unless = asked.defaultValue();
        if (parameter.getParameterType() == List.class || unless.isEmpty()) return true;
        return parameter.getParameterType() == String.class
                && unless.equals(ValueConstants.DEFAULT_NONE);
    }
}
