package dev.palimpsest.mlflow;

import jakarta.servlet.RequestDispatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Says in MLflow's form what was refused before a route of its paths was reached: who may ask, how
 * often, and by which method.
 */
@ControllerAdvice
final class ProblemsAsErrors implements ResponseBodyAdvice<Object> {
    private static final List<String> ROOTS =
            List.of("/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/", "/api/3.0/mlflow/");

    @Override
    public boolean supports(
            MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returned,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (!(body instanceof ProblemDetail problem)
                || ROOTS.stream().noneMatch(path(request)::startsWith)) return body;
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        return new MlflowErrors.ErrorBody(
                ErrorCode.of(problem.getStatus()).name(), String.valueOf(problem.getDetail()));
    }

    /** What was asked for, also where the answer is an error page's. */
    private static String path(ServerHttpRequest request) {
        return request instanceof ServletServerHttpRequest servlet
                        && servlet.getServletRequest()
                                        .getAttribute(RequestDispatcher.ERROR_REQUEST_URI)
                                instanceof String asked
                ? asked
                : request.getURI().getRawPath();
    }
}
