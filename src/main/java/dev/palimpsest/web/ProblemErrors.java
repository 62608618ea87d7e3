package dev.palimpsest.web;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/** Answers what went wrong outside of any controller as a problem too. */
@Hidden
@RestController
final class ProblemErrors implements ErrorController {
    @RequestMapping("${server.error.path:/error}")
    ResponseEntity<ProblemDetail> error(HttpServletRequest request, HttpServletResponse answer) {
        answer.setHeader(HttpHeaders.LOCATION, null); // of what was not made after all
        if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable thrown) {
            Optional<String> lacks = Outage.behind(thrown);
            if (lacks.isPresent()) {
                answer.setHeader(HttpHeaders.RETRY_AFTER, "1");
                return problem(request, Problem.UNAVAILABLE.says(lacks.get()));
            }
        }
        int status =
                request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                        ? code
                        : 404;
        Object said = request.getAttribute(RequestDispatcher.ERROR_MESSAGE);
        String detail =
                (status < 500 || status == 503) && said instanceof String text && !text.isBlank()
                        ? text
                        : Problem.of(status).title();
        return problem(request, Problem.of(status).says(detail));
    }

    private static ResponseEntity<ProblemDetail> problem(
            HttpServletRequest request, ProblemDetail problem) {
        if (request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String path)
            problem.setInstance(UriComponentsBuilder.fromPath(path).build().encode().toUri());
        return ResponseEntity.status(problem.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
