package dev.palimpsest.demo;

import dev.palimpsest.home.Home;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The paper in miniature: a whole study of a bundled experiment, and its report and archive as
 * files. Begun anew after an end of the service, it follows the study that is there.
 */
@Component
@Profile("miniature")
class Miniature implements Story {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    private static final JsonMapper JSON = new JsonMapper();

    /** By the file's name. */
    private static final Map<String, String> REPORTS =
            Map.of(
                    "report.html", "?format=html",
                    "report.md", "?format=markdown",
                    "bits-per-byte.html", "?format=html&by=bits_per_byte",
                    "bits-per-byte.md", "?format=markdown&by=bits_per_byte");

    private final Home home;
    private final Clock clock;
    private final String name;
    private final PrintStream out = System.out;

    /**
     * @param name of a file in {@code resources/miniature}
     */
    Miniature(Home home, Clock clock, @Value("${palimpsest.miniature:math}") String name) {
        this.home = home;
        this.clock = clock;
        this.name = name;
    }

    @Override
    public void tell(PublicApi api) throws IOException, InterruptedException {
        JsonNode asked = JSON.readTree(text(name + ".json"));
        register(api, asked);
        String experiment = experiment(api, asked.path("experiment"));
        String study = study(api, experiment, asked.path("study"));
        out.printf("Palimpsest serves on %s%n", api.url("/swagger-ui.html"));
        out.printf("Study %s of experiment %s%n", study, experiment);
        JsonNode ended = watch(api, study);
        out.printf(
                "The study %s %s%n",
                ended.path("status").asString(""), ended.path("reason").asString(""));
        for (JsonNode choice : ended.path("choices"))
            out.printf(
                    "  %s %s: %s%n",
                    choice.path("method").asString(""),
                    choice.path("rank").asString(""),
                    choice.path("words").asString(""));
        keep(api, experiment);
    }

    private void register(PublicApi api, JsonNode asked) {
        for (JsonNode dataset : asked.path("datasets")) {
            String its = dataset.path("name").asString();
            if (!api.has("/api/v1/datasets/" + its))
                api.upload(
                        its,
                        dataset.path("format").asString(),
                        new ClassPathResource("miniature/" + dataset.path("file").asString()));
        }
        for (JsonNode task : asked.path("tasks"))
            if (!api.has("/api/v1/tasks/" + task.path("name").asString()))
                api.post("/api/v1/tasks", task.toString());
    }

    private static String experiment(PublicApi api, JsonNode asked) {
        for (JsonNode there : api.get("/api/v1/experiments?limit=1000").path("data"))
            if (there.path("name").equals(asked.path("name"))) return there.path("id").asString();
        return api.post("/api/v1/experiments", asked.toString()).path("id").asString();
    }

    private static String study(PublicApi api, String experiment, JsonNode asked) {
        String path = "/api/v1/experiments/" + experiment + "/studies";
        JsonNode there = api.get(path).path("data").path(0);
        return (there.isMissingNode() ? api.post(path, asked.toString()) : there)
                .path("id")
                .asString();
    }

    private JsonNode watch(PublicApi api, String study) throws InterruptedException {
        Instant began = clock.instant();
        String shown = "";
        while (true) {
            JsonNode now = api.get("/api/v1/studies/" + study);
            String stage = now.path("stage").asString();
            String line = stage + " " + now.path("progress").path(stage);
            if (!line.equals(shown)) {
                long minutes = Duration.between(began, clock.instant()).toMinutes();
                out.printf("%3d min  %s%n", minutes, line);
                shown = line;
            }
            if (!now.path("ended_at").isNull()) return now;
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    private void keep(PublicApi api, String experiment) throws IOException {
        Path folder = Files.createDirectories(home.root().resolve("miniature").resolve(name));
        String path = "/api/v1/experiments/" + experiment;
        for (Map.Entry<String, String> report : REPORTS.entrySet())
            api.download(path + "/report" + report.getValue(), folder.resolve(report.getKey()));
        api.download(path + "/archive", folder.resolve("archive.zip"));
        out.printf("Its reports and archive are in %s%n", folder);
    }

    private static String text(String file) throws IOException {
        return new ClassPathResource("miniature/" + file)
                .getContentAsString(StandardCharsets.UTF_8);
    }
}
