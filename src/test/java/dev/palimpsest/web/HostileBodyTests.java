package dev.palimpsest.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Bodies that are made to break what reads them, sent to every endpoint that reads one. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class HostileBodyTests {
    private static final int LARGEST = 1 << 20;
    private static final Set<RequestMethod> WRITING =
            Set.of(RequestMethod.POST, RequestMethod.PUT, RequestMethod.PATCH);

    @LocalServerPort int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mappings;

    @Test
    void noEndpointIsBrokenByABodyHoweverItIsMade() {
        Map<String, Integer> answers = new LinkedHashMap<>();
        bodies().forEach(
                        (kind, body) ->
                                endpoints()
                                        .forEach(
                                                (path, method) ->
                                                        answers.put(
                                                                kind + " to " + method + " " + path,
                                                                sent(path, method, body))));

        assertThat(answers).hasSizeGreaterThan(200);
        assertThat(answers)
                .allSatisfy((_, status) -> assertThat(status).isLessThan(500).isNotZero());
        answers.entrySet().removeIf(answer -> !answer.getKey().contains("/api/v1/models"));
        assertThat(answers.values()).allSatisfy(status -> assertThat(status).isBetween(400, 422));
    }

    private static Map<String, String> bodies() {
        Map<String, String> bodies = new LinkedHashMap<>();
        bodies.put("lists without an end", "[".repeat(LARGEST));
        bodies.put("objects without an end", "{\"a\":".repeat(LARGEST / 5));
        bodies.put("a deep list", "[".repeat(100_000) + "]".repeat(100_000));
        bodies.put("as deep as may be", "{\"a\":".repeat(499) + "1" + "}".repeat(499));
        bodies.put("many small things", "{\"a\": [" + "[],".repeat(300_000) + "[]]}");
        bodies.put("a long number", "{\"name\": " + "9".repeat(100_000) + "}");
        bodies.put("a high power", "{\"name\": 1e999999999, \"step\": -1E-999999999}");
        bodies.put("a long name", "{\"" + "a".repeat(100_000) + "\": 1}");
        bodies.put("more than may be sent", " ".repeat(LARGEST + 1));
        return bodies;
    }

    /** Each way to write with names in place of its variables. */
    private Map<String, RequestMethod> endpoints() {
        Map<String, RequestMethod> endpoints = new LinkedHashMap<>();
        mappings.getHandlerMethods()
                .forEach(
                        (mapping, _) -> {
                            List<RequestMethod> methods =
                                    new ArrayList<>(mapping.getMethodsCondition().getMethods());
                            methods.retainAll(WRITING);
                            for (String path : mapping.getPatternValues())
                                for (RequestMethod method : methods)
                                    if (path.startsWith("/api/") || path.startsWith("/v1/"))
                                        endpoints.put(
                                                path.replaceAll("\\{[a-z_]+}", "nothing"), method);
                        });
        return endpoints;
    }

    private int sent(String path, RequestMethod method, String body) {
        return Api.once(port)
                .method(method.asHttpMethod())
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .exchange()
                .expectBody()
                .returnResult()
                .getStatus()
                .value();
    }
}
