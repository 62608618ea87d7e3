package dev.palimpsest.web;

import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.method.HandlerMethod;

/**
 * Adds to each endpoint of the OpenAPI document its {@link Example} and the problems it answers,
 * before those who answer errors of another form put theirs in the place of these.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class DescribeOperation implements GlobalOperationCustomizer {
    private static final Map<Problem, String> DETAILS =
            Map.of(
                    Problem.BAD_REQUEST,
                    "limit must be a whole number between 1 and 1000",
                    Problem.FORBIDDEN,
                    "a page of another origin made this request; only the service's own pages may change things",
                    Problem.NOT_FOUND,
                    "there is no model 'nope'; GET /api/v1/models lists those there are",
                    Problem.CONFLICT,
                    "there is a model 'tiny' already; delete it first or choose another name",
                    Problem.BODY_TOO_LARGE,
                    "a JSON body may have at most 1048576 bytes; text belongs into a dataset",
                    Problem.INVALID_SPEC,
                    "/name is required");

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        Example example = handler.getMethodAnnotation(Example.class);
        if (example != null) show(operation, example);
        for (Problem problem : problems(operation, handler))
            operation
                    .getResponses()
                    .addApiResponse(String.valueOf(problem.status().value()), answer(problem));
        return operation;
    }

    private static void show(Operation operation, Example example) {
        if (operation.getRequestBody() != null)
            show(operation.getRequestBody().getContent(), example.request());
        operation.getResponses().entrySet().stream()
                .filter(response -> response.getKey().startsWith("2"))
                .forEach(response -> show(response.getValue().getContent(), example.response()));
    }

    private static void show(@Nullable Content content, String json) {
        if (content == null || json.isEmpty()) return;
        for (MediaType media : content.values()) // another way into the same path has its own
        if (media.getExample() == null) media.setExample(tree(json));
    }

    private static Set<Problem> problems(Operation operation, HandlerMethod handler) {
        Set<Problem> problems = EnumSet.of(Problem.BAD_REQUEST);
        boolean creates = handler.hasMethodAnnotation(PostMapping.class);
        if (operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(p -> "path".equals(p.getIn())))
            problems.add(Problem.NOT_FOUND);
        boolean deletes = handler.hasMethodAnnotation(DeleteMapping.class);
        if (creates || deletes) problems.add(Problem.CONFLICT);
        if (creates || deletes || handler.hasMethodAnnotation(PatchMapping.class))
            problems.add(Problem.FORBIDDEN);
        if (operation.getRequestBody() != null) {
            problems.add(Problem.BODY_TOO_LARGE);
            problems.add(Problem.INVALID_SPEC);
        }
        return problems;
    }

    private static ApiResponse answer(Problem problem) {
        var schema = new JsonSchema();
        schema.set$ref("#/components/schemas/Problem");
        String fault =
                switch (problem) {
                    case INVALID_SPEC -> "{\"pointer\": \"/name\", \"detail\": \"is required\"}";
                    case BAD_REQUEST ->
                            "{\"pointer\": \"?limit\", \"detail\": \"must be a whole number between 1 and 1000\"}";
                    default -> "";
                };
        String example =
                """
                {"type": "%s", "title": "%s", "status": %d, "detail": "%s", "errors": [%s]}"""
                        .formatted(
                                problem.type(),
                                problem.title(),
                                problem.status().value(),
                                DETAILS.get(problem),
                                fault);
        return new ApiResponse()
                .description(problem.title())
                .content(
                        new Content()
                                .addMediaType(
                                        "application/problem+json",
                                        new MediaType().schema(schema).example(tree(example))));
    }

    static Object tree(String json) {
        try {
            return Json31.mapper().readTree(json);
        } catch (com.fasterxml.jackson.core.JsonProcessingException broken) {
            throw new IllegalStateException("an @Example is not JSON: " + json, broken);
        }
    }
}
