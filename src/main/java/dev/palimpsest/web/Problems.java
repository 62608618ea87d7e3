package dev.palimpsest.web;

import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.InvalidSpec;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Answers what a caller did wrong as problem details, after those who speak another protocol. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class Problems extends ResponseEntityExceptionHandler {
    private final String largestUpload;

    Problems(@Value("${palimpsest.largest-upload}") String largestUpload) {
        this.largestUpload = largestUpload;
    }

    /** Clients of {@code /v1} know a request that cannot be done by 400 only. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(InvalidSpec invalid, HttpServletRequest request) {
        Problem problem =
                request.getRequestURI().startsWith("/v1/")
                        ? Problem.INVALID_REQUEST
                        : Problem.INVALID_SPEC;
        int faults = invalid.faults().size();
        String detail =
                faults == 1 ? message(invalid).strip() : faults + " faults, listed under errors";
        return answer(problem.says(detail, invalid.faults()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(BrokenJson broken) {
        return answer(Problem.BROKEN_JSON.says(message(broken)));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(BodyTooLarge large) {
        return answer(Problem.BODY_TOO_LARGE.says(message(large)));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(NotFound missing) {
        return answer(Problem.NOT_FOUND.says(message(missing), missing.faults()));
    }

    /** Official clients send it again unless told not to, which helps only where much is to do. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(NotAnswered not) {
        Duration retryAfter = not.retryAfter();
        var answer =
                ResponseEntity.status(not.problem().status())
                        .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        return (retryAfter == null
                        ? answer.header("x-should-retry", "false")
                        : answer.header("Retry-After", Long.toString(retryAfter.toSeconds())))
                .body(not.problem().says(message(not)));
    }

    /** Official clients send a 409 again unless this header tells them not to. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(Conflict conflict) {
        return ResponseEntity.status(Problem.CONFLICT.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .header("x-should-retry", "false")
                .body(Problem.CONFLICT.says(message(conflict)));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(OverQuota over) {
        return answer(Problem.OVER_QUOTA.says(message(over)));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(Stale stale) {
        return answer(Problem.STALE.says(message(stale)));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(BadParameter bad) {
        return answer(badParameter(bad.name(), message(bad)));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(InvalidParameterException garbled) {
        return answer(Problem.BAD_REQUEST.says("a query parameter is not percent-encoded UTF-8"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(MultipartException malformed) {
        return answer(
                Problem.BAD_REQUEST.says(
                        "the multipart body cannot be read; send multipart/form-data as curl -F does"));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMaxUploadSizeExceededException(
            MaxUploadSizeExceededException large,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        return widened(
                Problem.BODY_TOO_LARGE.says(
                        "an upload may have at most %s (palimpsest.largest-upload), 50 parts, and 2 MB in a field that is no file"
                                .formatted(largestUpload)),
                headers);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException mismatch,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        String name =
                mismatch instanceof MethodArgumentTypeMismatchException argument
                        ? argument.getName()
                        : String.valueOf(mismatch.getPropertyName());
        Class<?> type = mismatch.getRequiredType();
        String wanted = type == null ? "of another type" : Wanted.of(type);
        return widened(badParameter(name, "must be " + wanted), headers);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException missing,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        return widened(badParameter(missing.getParameterName(), "is required"), headers);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException unreadable,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        return widened(Problem.BROKEN_JSON.says("there is no body; send a JSON object"), headers);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
            NoResourceFoundException missing,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        return widened(
                Problem.NOT_FOUND.says(
                        "there is nothing at /%s; /swagger-ui.html shows what there is"
                                .formatted(missing.getResourcePath())),
                headers);
    }

    /** What Spring itself found wrong: a method, a media type, a path. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception wrong,
            @Nullable Object body,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        String detail = wrong instanceof ErrorResponse said ? said.getBody().getDetail() : null;
        return widened(
                Problem.of(status.value()).says(detail == null ? status.toString() : detail),
                headers);
    }

    private static ProblemDetail badParameter(String name, String detail) {
        return Problem.BAD_PARAMETER.says(
                name + " " + detail, List.of(new Fault("?" + name, detail)));
    }

    private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem) {
        return ResponseEntity.status(problem.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    private static ResponseEntity<Object> widened(ProblemDetail problem, HttpHeaders headers) {
        return ResponseEntity.status(problem.getStatus())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    private static String message(RuntimeException thrown) {
        return String.valueOf(thrown.getMessage());
    }
}
