package dev.palimpsest.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

@ServiceTest
class ProblemTests {
    private static final int HUNDRED_MEGABYTES = 100_000_000;

    @Autowired RestTestClient client;
    @LocalServerPort int port;

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/nowhere, 404, not-found",
        "GET, /api/v1/models/nope, 404, not-found",
        "PATCH, /api/v1/models, 405, method-not-allowed",
        "GET, /api/v1/models?limit=0, 400, bad-parameter",
        "GET, /api/v1/models?limit=99999999999999999999, 400, bad-parameter",
        "GET, /api/v1/spectra/control?seed=, 400, bad-parameter",
        "GET, /api/v1/jobs/job_1/metrics?from_step=, 400, bad-parameter",
        "GET, /api/v1/experiments/exp_1/archive?weights=, 400, bad-parameter",
        "GET, /api/v1/experiments/exp_1/archive?weights=yes, 400, bad-parameter",
        "GET, /api/v1/experiments/exp_1/curves?x=, 400, bad-parameter",
        "GET, /v1/fine_tuning/jobs?limit=, 400, bad-parameter",
        "GET, /api/v1/models?after=%00, 400, bad-request",
        "GET, /api/v1/models?after=%ff, 400, bad-request",
        "GET, /api/v1/models/%00, 400, bad-request",
        "GET, /api/v1/models/..%2f..%2fetc, 400, bad-request"
    })
    void aRequestThatCannotBeAnsweredIsAProblem(
            String method, String path, int status, String type) {
        client.method(HttpMethod.valueOf(method))
                .uri(URI.create("http://127.0.0.1:" + port + path))
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:palimpsest:problem:" + type)
                .jsonPath("$.detail")
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "QUERY, /api/v1/experiments/import, POST",
        "DELETE, /api/v1/experiments/import, POST",
        "PUT, /api/v1/jobs/count, GET",
        "COPY, /api/2.0/mlflow/runs/create, POST",
        "TRACE, /v1/models, GET"
    })
    void aMethodThatAPathHasNotIsRefusedWithThoseThatItHas(String method, String path, String has)
            throws IOException, InterruptedException {
        HttpResponse<String> refused =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create("http://127.0.0.1:" + port + path))
                                        .method(method, HttpRequest.BodyPublishers.noBody())
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());

        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.headers().firstValue("Allow").orElseThrow()).contains(has);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"a\",\n \"source\": }",
                "{\"name\": \"a\", \"name\": \"b\"}",
                "{\"name\": \"a\"} {",
                "nonsense",
                ""
            })
    void brokenJsonIsA400(String body) {
        post(body)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:palimpsest:problem:broken-json");
    }

    @Test
    void brokenJsonIsSaidWithItsLineAndColumn() {
        post("{\"name\": \"a\",\n \"source\": }")
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, detail -> assertThat(detail).startsWith("line 2, column 12"));
    }

    @Test
    void tooDeepJsonIsA400() {
        post("[".repeat(100_000)).expectStatus().isBadRequest();
    }

    @Test
    void everyFaultOfARequestIsSaidAtOnce() {
        post("{\"name\": \"A B\", \"extra\": 1, \"source\": {\"type\": \"random\", \"seed\": 1e400}}")
                .expectStatus()
                .isEqualTo(422)
                .expectBody(String.class)
                .value(
                        body ->
                                assertThat(body)
                                        .contains(
                                                "\"/extra\"",
                                                "\"/name\"",
                                                "\"/source/config\"",
                                                "\"/source/seed\""));
    }

    @Test
    void aNulCharacterIsRefusedWithItsPointer() {
        post("{\"name\": \"a\", \"source\": {\"type\": \"directory\", \"path\": \"/tmp\\u0000\"}}")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/source/path");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyOfAHundredMegabytesIsA413(boolean chunked) throws Exception {
        HttpRequest.BodyPublisher body =
                HttpRequest.BodyPublishers.ofInputStream(() -> zeros(HUNDRED_MEGABYTES));
        if (!chunked) body = HttpRequest.BodyPublishers.fromPublisher(body, HUNDRED_MEGABYTES);

        HttpResponse<String> answer;
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            answer =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:%d/api/v1/models"
                                                            .formatted(port)))
                                    .header("content-type", "application/json")
                                    .POST(body)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        }

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("urn:palimpsest:problem:body-too-large");
    }

    @Test
    void aTabInAUrlIsAProblemToo() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write(
                            "GET /api/v1/mo\tdels HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.UTF_8));

            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer)
                    .startsWith("HTTP/1.1 400")
                    .contains("application/problem+json")
                    .contains("urn:palimpsest:problem:bad-request");
        }
    }

    @Test
    void lettersOfAPathMayBeWrittenByTheirCodes() {
        client.get()
                .uri(URI.create("http://127.0.0.1:" + port + "/api/v1/%6dodels/nope"))
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, detail -> assertThat(detail).contains("no model 'nope'"));
    }

    @Test
    void theCallersRequestIdComesBack() {
        client.get()
                .uri("/api/v1/models")
                .header("x-request-id", "mine-17")
                .exchange()
                .expectHeader()
                .valueEquals("x-request-id", "mine-17");
    }

    private RestTestClient.ResponseSpec post(String body) {
        return client.post()
                .uri("/api/v1/models")
                .contentType(MediaType.APPLICATION_JSON)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .exchange();
    }

    private static InputStream zeros(int length) {
        return new InputStream() {
            private int left = length;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] into, int from, int most) {
                if (left <= 0) return -1;
                int some = Math.min(most, left);
                left -= some;
                return some;
            }
        };
    }
}
