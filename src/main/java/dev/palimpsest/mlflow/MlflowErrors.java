package dev.palimpsest.mlflow;

import dev.palimpsest.filter.InvalidFilter;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.BodyTooLarge;
import dev.palimpsest.web.BrokenJson;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.NotFound;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpMediaTypeException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Answers what a caller did wrong in the form that MLflow's clients read. */
@RestControllerAdvice(basePackageClasses = MlflowErrors.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MlflowErrors {
    /** The body of every error. */
    record ErrorBody(String errorCode, String message) {}

    @ExceptionHandler
    ResponseEntity<ErrorBody> on(Refused refused) {
        return answer(refused.code(), refused);
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> on(NotFound missing) {
        return answer(ErrorCode.RESOURCE_DOES_NOT_EXIST, missing);
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> on(Conflict conflict) {
        return answer(ErrorCode.RESOURCE_CONFLICT, conflict);
    }

    @ExceptionHandler({
        InvalidSpec.class,
        InvalidFilter.class,
        BadParameter.class,
        BrokenJson.class,
        BodyTooLarge.class,
        HttpMessageNotReadableException.class,
        HttpMediaTypeException.class,
        ServletRequestBindingException.class,
        MethodArgumentTypeMismatchException.class
    })
    ResponseEntity<ErrorBody> onInvalid(Exception invalid) {
        return answer(ErrorCode.INVALID_PARAMETER_VALUE, invalid);
    }

    private static ResponseEntity<ErrorBody> answer(ErrorCode code, Exception thrown) {
        return ResponseEntity.status(code.status())
                .body(new ErrorBody(code.name(), String.valueOf(thrown.getMessage()).strip()));
    }
}
