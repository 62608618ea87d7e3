package dev.palimpsest.mlflow;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What clients ask of the server itself, and what they ask for that is not here. */
@Hidden
@RestController
class ServerRoutes {
    /** The release whose routes these are, for clients that look. */
    private static final String VERSION = "3.17.2";

    @GetMapping(path = "/health", produces = MediaType.TEXT_PLAIN_VALUE)
    String health() {
        return "OK";
    }

    @GetMapping(path = "/version", produces = MediaType.TEXT_PLAIN_VALUE)
    String version() {
        return VERSION;
    }

    @RequestMapping({"/api/2.0/mlflow/**", "/ajax-api/2.0/mlflow/**", "/api/3.0/mlflow/**"})
    Object missing(HttpServletRequest request) {
        throw new Refused(
                ErrorCode.ENDPOINT_NOT_FOUND,
                "there is no %s %s here; /swagger-ui.html shows what there is"
                        .formatted(request.getMethod(), request.getRequestURI()));
    }
}
