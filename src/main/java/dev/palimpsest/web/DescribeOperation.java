package dev.palimpsest.web;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Fault;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
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
            Map.ofEntries(
                    Map.entry(
                            Problem.BAD_REQUEST, "limit must be a whole number between 1 and 1000"),
                    Map.entry(
                            Problem.UNAUTHORIZED,
                            "a key is wanted; send it as `Authorization: Bearer KEY`"),
                    Map.entry(
                            Problem.FORBIDDEN,
                            "this key may not do that; one of a higher scope may"),
                    Map.entry(
                            Problem.TOO_MANY_REQUESTS,
                            "50 requests a second are let through for one caller; ask again in 1 s"),
                    Map.entry(
                            Problem.NOT_FOUND,
                            "there is no model 'nope'; GET /api/v1/models lists those there are"),
                    Map.entry(
                            Problem.UNSUPPORTED_MEDIA_TYPE,
                            "Content-Type 'text/plain' is not supported."),
                    Map.entry(
                            Problem.NOT_ACCEPTABLE,
                            "Acceptable representations: [application/json]."),
                    Map.entry(
                            Problem.CONFLICT,
                            "there is a model 'tiny' already; delete it first or choose another name"),
                    Map.entry(
                            Problem.STALE,
                            "experiment exp_06dgm0e1xhw4t9s8n1p3q5r7vw was edited since; read it again"),
                    Map.entry(
                            Problem.BODY_TOO_LARGE,
                            "a JSON body may have at most 1048576 bytes; text belongs into a dataset"),
                    Map.entry(Problem.INVALID_REQUEST, "/training_file is required"),
                    Map.entry(Problem.INVALID_SPEC, "/name is required"),
                    Map.entry(
                            Problem.UNAVAILABLE,
                            "no worker was free within 120 s; GET /api/v1/workers says what they do"),
                    Map.entry(
                            Problem.LATE,
                            "the text was not finished within 120 s; ask for fewer tokens"));

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        if (Tabular.class.isAssignableFrom(handler.getReturnType().getParameterType()))
            answered(operation).forEach(content -> content.addMediaType(Csv.TYPE, lines()));
        Example example = handler.getMethodAnnotation(Example.class);
        if (example != null) show(operation, example);
        List<String> forms = forms(handler);
        if (forms.size() > 1) operation.setDescription(String.join(" ", forms));
        Outdated outdated = handler.getMethodAnnotation(Outdated.class);
        if (outdated != null) outdate(operation, outdated);
        for (Problem problem : problems(operation, handler))
            operation
                    .getResponses()
                    .addApiResponse(String.valueOf(problem.status().value()), answer(problem));
        return operation;
    }

    /** What is said of each form that one path answers in, of which only the last would be told. */
    private static List<String> forms(HandlerMethod handler) {
        GetMapping asked = handler.getMethodAnnotation(GetMapping.class);
        if (asked == null) return List.of();
        return Arrays.stream(handler.getBeanType().getDeclaredMethods())
                .filter(method -> isAlike(asked, method.getAnnotation(GetMapping.class)))
                .sorted(
                        Comparator.comparing(
                                method ->
                                        String.join(
                                                ",",
                                                method.getAnnotation(GetMapping.class).produces())))
                .map(method -> method.getAnnotation(io.swagger.v3.oas.annotations.Operation.class))
                .filter(Objects::nonNull)
                .map(io.swagger.v3.oas.annotations.Operation::description)
                .filter(description -> !description.isEmpty())
                .toList();
    }

    private static boolean isAlike(GetMapping one, @Nullable GetMapping other) {
        return other != null && Arrays.equals(one.value(), other.value());
    }

    private static void outdate(Operation operation, Outdated outdated) {
        operation.setDeprecated(true);
        operation.addExtension("x-sunset", outdated.until());
        operation.setDescription(
                "%s Ask `%s` instead: this goes on %s at the earliest, as the answer's headers `Deprecation`, `Sunset` and `Link` say."
                        .formatted(
                                operation.getDescription(), outdated.instead(), outdated.until()));
    }

    private static void show(Operation operation, Example example) {
        if (operation.getRequestBody() != null)
            show(operation.getRequestBody().getContent(), example.request());
        answered(operation).forEach(content -> show(content, example.response()));
    }

    /** What it answers where all goes well. */
    private static Stream<Content> answered(Operation operation) {
        return operation.getResponses().entrySet().stream()
                .filter(response -> response.getKey().startsWith("2"))
                .flatMap(response -> Stream.ofNullable(response.getValue().getContent()));
    }

    private static void show(Content content, String json) {
        if (json.isEmpty()) return;
        for (MediaType media : content.values()) // another way into the same path has its own
        if (media.getExample() == null) media.setExample(tree(json));
    }

    /** As {@link CsvConverter} writes them. */
    private static MediaType lines() {
        JsonSchema text = new JsonSchema();
        text.setTypes(Set.of("string"));
        return new MediaType().schema(text).example("the lines");
    }

    private static Set<Problem> problems(Operation operation, HandlerMethod handler) {
        boolean openAi = handler.getBeanType().getPackageName().endsWith(".openai");
        Set<Problem> problems =
                EnumSet.of(
                        openAi ? Problem.INVALID_REQUEST : Problem.BAD_REQUEST,
                        Problem.UNAUTHORIZED,
                        Problem.FORBIDDEN,
                        Problem.TOO_MANY_REQUESTS);
        boolean creates = handler.hasMethodAnnotation(PostMapping.class);
        if (operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(
                                p ->
                                        "path".equals(p.getIn())
                                                || (openAi && "after".equals(p.getName()))))
            problems.add(Problem.NOT_FOUND);
        if (handler.hasMethodAnnotation(Waits.class))
            problems.addAll(Set.of(Problem.NOT_FOUND, Problem.UNAVAILABLE, Problem.LATE));
        if (operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(p -> HttpHeaders.IF_MATCH.equals(p.getName())))
            problems.add(Problem.STALE);
        boolean deletes = handler.hasMethodAnnotation(DeleteMapping.class);
        if (creates || deletes || handler.hasMethodAnnotation(NeedsState.class))
            problems.add(Problem.CONFLICT);
        if (handler.hasMethodAnnotation(GetMapping.class)) problems.add(Problem.NOT_ACCEPTABLE);
        if (operation.getRequestBody() != null) {
            problems.add(Problem.BODY_TOO_LARGE);
            problems.add(Problem.UNSUPPORTED_MEDIA_TYPE);
            if (!openAi) problems.add(Problem.INVALID_SPEC);
        }
        return problems;
    }

    private static ApiResponse answer(Problem problem) {
        var schema = new JsonSchema();
        schema.set$ref("#/components/schemas/Problem");
        List<Fault> faults =
                switch (problem) {
                    case INVALID_SPEC -> List.of(new Fault("/name", "is required"));
                    case INVALID_REQUEST -> List.of(new Fault("/training_file", "is required"));
                    case BAD_REQUEST ->
                            List.of(
                                    new Fault(
                                            "?limit", "must be a whole number between 1 and 1000"));
                    default -> List.of();
                };
        String detail = String.valueOf(DETAILS.get(problem));
        String example =
                """
                {"type": "%s", "title": "%s", "status": %d, "detail": "%s", "errors": %s, "error": %s}"""
                        .formatted(
                                problem.type(),
                                problem.title(),
                                problem.status().value(),
                                detail,
                                Binder.JSON.writeValueAsString(faults),
                                Binder.JSON.writeValueAsString(
                                        OpenAiError.of(problem, detail, faults)));
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
