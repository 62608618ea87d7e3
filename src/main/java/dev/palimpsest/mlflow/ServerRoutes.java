package dev.palimpsest.mlflow;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What clients ask of the server itself. */
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
}
