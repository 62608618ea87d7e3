package dev.palimpsest.mlflow;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Map;
import java.util.Set;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/** Puts MLflow's errors in the place of problems where its routes are described. */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
final class DescribeErrors implements GlobalOperationCustomizer {
    private static final Map<String, ErrorCode> CODES =
            Map.of(
                    "401", ErrorCode.UNAUTHENTICATED,
                    "403", ErrorCode.PERMISSION_DENIED,
                    "404", ErrorCode.RESOURCE_DOES_NOT_EXIST,
                    "406", ErrorCode.BAD_REQUEST,
                    "409", ErrorCode.RESOURCE_CONFLICT,
                    "415", ErrorCode.BAD_REQUEST,
                    "429", ErrorCode.REQUEST_LIMIT_EXCEEDED);

    private static final Set<ErrorCode> ALWAYS =
            Set.of(ErrorCode.RESOURCE_DOES_NOT_EXIST, ErrorCode.RESOURCE_CONFLICT);

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        if (!handler.getBeanType().getPackage().equals(DescribeErrors.class.getPackage()))
            return operation;
        ApiResponses answers = operation.getResponses();
        ApiResponse unreadable = answers.get("400");
        Content plain = unreadable == null ? new Content() : unreadable.getContent();
        Set<String> described = Set.copyOf(answers.keySet());
        answers.keySet().removeIf(status -> !status.startsWith("2"));
        CODES.forEach(
                (status, code) -> {
                    if (described.contains(status) || ALWAYS.contains(code))
                        answers.addApiResponse(status, error(code));
                });
        ApiResponse either = error(ErrorCode.INVALID_PARAMETER_VALUE);
        either.getContent().putAll(plain);
        answers.addApiResponse("400", either);
        return operation;
    }

    private static ApiResponse error(ErrorCode code) {
        JsonSchema text = new JsonSchema();
        text.setTypes(Set.of("string"));
        JsonSchema schema = new JsonSchema();
        schema.setTypes(Set.of("object"));
        schema.addProperty("error_code", text);
        schema.addProperty("message", text);
        MediaType json =
                new MediaType()
                        .schema(schema)
                        .example(Map.of("error_code", code.name(), "message", "what is wrong"));
        return new ApiResponse()
                .description(code.name())
                .content(new Content().addMediaType("application/json", json));
    }
}
