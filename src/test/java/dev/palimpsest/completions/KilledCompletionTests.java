package dev.palimpsest.completions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.RunningService;
import dev.palimpsest.TestPostgres;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The process that writes, killed while somebody listens, and kept while nobody does. */
class KilledCompletionTests {
    private static final String LONG =
            """
            {"model": "palimpsest-mini", "prompt": "A word", "max_tokens": 450, "n": 8%s}""";

    private static final String SHORT =
            """
            {"model": "palimpsest-mini", "prompt": "A word", "max_tokens": 4, "temperature": 0}""";

    private static final String EVALUATION =
            """
            {"model": "palimpsest-mini", "tasks": [{"name": "gsm8k_perplexity", "limit": 2}]}""";

    private final HttpClient http = HttpClient.newHttpClient();
    @TempDir Path home;

    @Test
    void aProcessThatIsKilledIsAProblemOrTheLastWordOfAStreamAndTheNextRequestIsWritten()
            throws Exception {
        try (RunningService service = RunningService.start(home)) {
            CompletableFuture<HttpResponse<String>> whole =
                    http.sendAsync(
                            request(service, LONG.formatted("")),
                            HttpResponse.BodyHandlers.ofString());
            RunningService.begunTrainer().destroyForcibly();

            JsonNode problem = Binder.JSON.readTree(whole.get().body());
            assertThat(whole.get().statusCode()).isEqualTo(503);
            assertThat(problem.at("/error/message").stringValue())
                    .startsWith("the process that writes was killed (SIGKILL)");

            HttpResponse<Stream<String>> streamed =
                    http.send(
                            request(service, LONG.formatted(", \"stream\": true")),
                            HttpResponse.BodyHandlers.ofLines());
            ProcessHandle second = RunningService.begunTrainer();
            second.destroyForcibly();
            String last =
                    streamed.body().filter(line -> !line.isEmpty()).reduce("", (_, line) -> line);
            assertThat(streamed.statusCode()).isEqualTo(200);
            assertThat(last)
                    .startsWith(
                            "data: {\"error\":{\"message\":\"the process that writes was killed");

            assertThat(post(service, SHORT).statusCode()).isEqualTo(200);
            assertThat(RunningService.begunTrainer().pid()).isNotEqualTo(second.pid());
        }
    }

    @Test
    void aWorkerThatIsKilledBeforeItSaidAnythingIsReplacedByAnother() throws Exception {
        TestPostgres.Database database = TestPostgres.database();
        try (RunningService api = start("api", database);
                RunningService worker = start("worker", database, "--palimpsest.worker.id=first")) {
            CompletableFuture<HttpResponse<String>> asked =
                    http.sendAsync(
                            request(api, LONG.formatted("")), HttpResponse.BodyHandlers.ofString());
            ProcessHandle process = RunningService.begunTrainer();
            worker.kill();
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !process.isAlive());

            try (RunningService _ = start("worker", database, "--palimpsest.worker.id=second")) {
                assertThat(asked.get().statusCode()).isEqualTo(200);
                assertThat(Binder.JSON.readTree(asked.get().body()).path("choices"))
                        .hasSize(8) // any one of which may end with its first token
                        .anySatisfy(one -> assertThat(one.get("text").stringValue()).isNotEmpty());
            }
        }
    }

    @Test
    void aWorkerThatIsKilledWhileItSpeaksLeavesAProblemToWhomItSpokeTo() throws Exception {
        TestPostgres.Database database = TestPostgres.database();
        try (RunningService api = start("api", database);
                RunningService worker = start("worker", database, "--palimpsest.worker.id=first")) {
            HttpResponse<Stream<String>> streamed =
                    http.send(
                            request(api, LONG.formatted(", \"stream\": true")),
                            HttpResponse.BodyHandlers.ofLines());
            ProcessHandle process = RunningService.begunTrainer();
            worker.kill();
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !process.isAlive());

            try (RunningService _ = start("worker", database, "--palimpsest.worker.id=second")) {
                String last =
                        streamed.body()
                                .filter(line -> !line.isEmpty())
                                .reduce("", (_, line) -> line);

                assertThat(streamed.statusCode()).isEqualTo(200);
                assertThat(last)
                        .startsWith(
                                "data: {\"error\":{\"message\":\"the worker that wrote it is gone; ask again");
                assertThat(post(api, SHORT).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void aProcessStaysForTheNextRequestUntilSomethingElseNeedsTheDevice() throws Exception {
        try (RunningService service =
                RunningService.start(home, "--palimpsest.completions.idle=1h")) {
            String first = text(post(service, SHORT));
            ProcessHandle process = RunningService.begunTrainer();
            assertThat(text(post(service, SHORT))).isEqualTo(first);
            assertThat(process.isAlive()).isTrue();

            service.client()
                    .post()
                    .uri("/api/v1/evaluations")
                    .header("Content-Type", "application/json")
                    .body(EVALUATION)
                    .exchange()
                    .expectStatus()
                    .isAccepted();

            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !process.isAlive());
            assertThat(text(post(service, SHORT))).isEqualTo(first);
        }
    }

    @Test
    void aProcessThatNothingIsAskedOfEnds() throws Exception {
        try (RunningService service =
                RunningService.start(home, "--palimpsest.completions.idle=10ms")) {
            assertThat(post(service, SHORT).statusCode()).isEqualTo(200);

            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> RunningService.trainer().isEmpty());
            assertThat(post(service, SHORT).statusCode()).isEqualTo(200);
        }
    }

    private RunningService start(String role, TestPostgres.Database database, String... more)
            throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--palimpsest.role=" + role,
                                "--spring.datasource.url=" + database.url(),
                                "--spring.datasource.username=" + database.user(),
                                "--spring.datasource.password=" + database.password(),
                                "--db-scheduler.heartbeat-interval=1s"));
        arguments.addAll(List.of(more));
        return RunningService.start(home, arguments.toArray(String[]::new));
    }

    private static String text(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        return Binder.JSON.readTree(answer.body()).at("/choices/0/text").stringValue();
    }

    private HttpResponse<String> post(RunningService service, String body)
            throws IOException, InterruptedException {
        return http.send(request(service, body), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(RunningService service, String body) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/v1/completions".formatted(service.port())))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
