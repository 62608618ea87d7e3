package dev.palimpsest.chaos;

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
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What callers hear while PostgreSQL is out of reach. */
class OutageTests {
    private static final String EXPERIMENT =
            """
            {"name": "outage", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"]}""";

    private final HttpClient http = HttpClient.newHttpClient();
    @TempDir Path home;

    @Test
    void requestsAreToBeSentAgainAndAreAnsweredOnceTheDatabaseIsBack() throws Exception {
        TestPostgres.Database database = TestPostgres.database();
        int port = URI.create(database.url().substring("jdbc:".length())).getPort();
        try (Severable way = Severable.to(() -> port);
                RunningService service =
                        RunningService.start(
                                home,
                                "--palimpsest.role=api",
                                "--spring.datasource.url="
                                        + database.url().replace(":" + port, ":" + way.port()),
                                "--spring.datasource.username=" + database.user(),
                                "--spring.datasource.password=" + database.password(),
                                "--spring.datasource.hikari.connection-timeout=250")) {
            way.cut();

            for (HttpResponse<String> answer :
                    List.of(get(service), post(service), post(service))) {
                JsonNode problem = Binder.JSON.readTree(answer.body());
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
                assertThat(answer.headers().firstValue("Location")).isEmpty();
                assertThat(problem.get("detail").stringValue())
                        .isEqualTo("the database is out of reach; ask again");
                assertThat(problem.at("/error/type").stringValue()).isEqualTo("server_error");
            }

            way.mend();
            Awaitility.await().until(() -> post(service).statusCode() == 201);
            assertThat(Binder.JSON.readTree(get(service).body()).get("data")).hasSize(1);
        }
    }

    private HttpResponse<String> get(RunningService service)
            throws IOException, InterruptedException {
        return sent(request(service).GET());
    }

    private HttpResponse<String> post(RunningService service)
            throws IOException, InterruptedException {
        return sent(
                request(service)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", "once")
                        .POST(HttpRequest.BodyPublishers.ofString(EXPERIMENT)));
    }

    private HttpResponse<String> sent(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(RunningService service) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/api/v1/experiments".formatted(service.port())));
    }
}
