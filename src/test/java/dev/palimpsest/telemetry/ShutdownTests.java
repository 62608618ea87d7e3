package dev.palimpsest.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Palimpsest;
import dev.palimpsest.TestPostgres;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.SomeJobs;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A service that is told to stop. */
class ShutdownTests {
    @TempDir Path home;

    /** One that is cut off in the middle of its chunks would break instead of ending. */
    @Test
    void whoListensToAJobHearsTheEndOfTheStreamAndHoldsNothingUp() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        List<String> heard;
        try (ConfigurableApplicationContext service = service()) {
            SomeJobs some = new SomeJobs(service);
            Job job = some.queued(some.experiment());
            HttpResponse<InputStream> stream =
                    client.send(listening(service, job), HttpResponse.BodyHandlers.ofInputStream());
            BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).startsWith("id:");

            service.close();
            heard = lines.lines().toList();
        }
        assertThat(heard).contains("event:queued").noneMatch(line -> line.equals("event:end"));
    }

    private static HttpRequest listening(ConfigurableApplicationContext service, Job job) {
        String port = service.getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(
                        URI.create(
                                "http://127.0.0.1:%s/api/v1/jobs/%s/events"
                                        .formatted(port, job.id())))
                .header("Accept", "text/event-stream")
                .build();
    }

    /** Its streams would have to end within two minutes, after which Tomcat would cut them off. */
    private ConfigurableApplicationContext service() {
        TestPostgres.Database database = TestPostgres.database();
        return new SpringApplicationBuilder(Palimpsest.class)
                .properties(
                        "palimpsest.role=api",
                        "palimpsest.home=" + home,
                        "spring.datasource.url=" + database.url(),
                        "spring.datasource.username=" + database.user(),
                        "spring.datasource.password=" + database.password())
                .run("--server.port=0", "--spring.lifecycle.timeout-per-shutdown-phase=2m");
    }
}
