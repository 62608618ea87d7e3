package dev.palimpsest.web;

import dev.palimpsest.spec.Fault;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** The kinds of problems that endpoints answer (RFC 9457), each with a type that stays the same. */
enum Problem {
    INVALID_SPEC(HttpStatus.UNPROCESSABLE_CONTENT, "The request cannot be done as it stands"),
    BROKEN_JSON(HttpStatus.BAD_REQUEST, "The body is not JSON"),
    BAD_REQUEST(HttpStatus.BAD_REQUEST, "The request cannot be read"),
    BAD_PARAMETER(HttpStatus.BAD_REQUEST, "A query parameter cannot be used"),
    UNAUTHORIZED(HttpStatus.UNAUTHORIZED, "Only for callers that are known"),
    INVALID_REQUEST(HttpStatus.BAD_REQUEST, "The request cannot be done as it stands"),
    FORBIDDEN(HttpStatus.FORBIDDEN, "Not for this caller"),
    OVER_QUOTA(HttpStatus.FORBIDDEN, "The project may have no more"),
    NOT_FOUND(HttpStatus.NOT_FOUND, "Not found"),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "No such method here"),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "No such representation"),
    CONFLICT(HttpStatus.CONFLICT, "Not in the present state of things"),
    STALE(HttpStatus.PRECONDITION_FAILED, "Edited by someone else meanwhile"),
    BODY_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(
            HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body's media type is not understood"),
    TOO_MANY_REQUESTS(HttpStatus.TOO_MANY_REQUESTS, "Too many requests"),
    UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "Not for the moment"),
    LATE(HttpStatus.GATEWAY_TIMEOUT, "Not in time"),
    INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, "A fault of this service");

    private static final String TYPES = "urn:palimpsest:problem:";

    private final HttpStatus status;
    private final String title;

    Problem(HttpStatus status, String title) {
        this.status = status;
        this.title = title;
    }

    ProblemDetail says(String detail) {
        return says(detail, List.of());
    }

    ProblemDetail says(String detail, List<Fault> errors) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(type());
        problem.setTitle(title);
        problem.setProperty("errors", errors);
        problem.setProperty("error", OpenAiError.of(this, detail, errors));
        return problem;
    }

    HttpStatus status() {
        return status;
    }

    String title() {
        return title;
    }

    URI type() {
        return URI.create(TYPES + word().replace('_', '-'));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Problem of(int status) {
        for (Problem problem : values())
            if (problem.status.value() == status
                    && problem != BROKEN_JSON // the first of each status but these two
                    && problem != BAD_PARAMETER) return problem;
        return status < 500 ? BAD_REQUEST : INTERNAL;
    }
}
