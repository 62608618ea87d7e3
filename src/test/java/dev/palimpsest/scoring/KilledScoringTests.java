package dev.palimpsest.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole service, and its process alone, killed while a model is scored. */
class KilledScoringTests {
    private static final String ASKED =
            """
            {"model": "palimpsest-mini", "tasks": [
               {"name": "gsm8k_perplexity", "limit": 4}, {"name": "definitions_choice"}, {"name": "definitions_perplexity"}]}""";

    @TempDir Path home;

    @Test
    void whatIsScoredStaysAndTheRestIsScoredAfterTheNextStart() throws Exception {
        String id;
        String first;
        try (RunningService service = start()) {
            Api api = new Api(service.client());
            id = api.post("evaluations", ASKED, 202).get("id").stringValue();
            first =
                    Awaitility.await()
                            .atMost(Duration.ofMinutes(2))
                            .pollInterval(Duration.ofMillis(50))
                            .until(() -> evaluations(api, id).getFirst(), one -> !one.isEmpty());
            ProcessHandle process = RunningService.trainer().orElseThrow();
            service.kill();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive());
        }
        try (RunningService service = start()) {
            Api api = new Api(service.client());
            api.until("scorings/" + id, "succeeded");

            assertThat(evaluations(api, id)).doesNotHaveDuplicates().doesNotContain("");
            assertThat(evaluations(api, id).getFirst()).isEqualTo(first);
            assertThat(api.get("evaluations/" + evaluations(api, id).get(1)).get("items").asInt())
                    .isEqualTo(1000);
        }
    }

    @Test
    void aProcessThatIsKilledIsStartedAnew() throws Exception {
        try (RunningService service = start()) {
            Api api = new Api(service.client());
            String id = api.post("evaluations", ASKED, 202).get("id").stringValue();

            kill();

            assertThat(api.until("scorings/" + id, "succeeded").at("/error/title").isMissingNode())
                    .isTrue();
        }
    }

    @Test
    void theThirdKillInARowFailsTheScoringWithTheReason() throws Exception {
        try (RunningService service = start()) {
            Api api = new Api(service.client());
            String id = api.post("evaluations", ASKED, 202).get("id").stringValue();

            for (int kills = 0; kills < 3; kills++) kill();

            JsonNode failed = api.until("scorings/" + id, "failed");
            assertThat(failed.at("/error/title").stringValue())
                    .startsWith("the scoring was killed (SIGKILL)");
        }
    }

    private static void kill() {
        ProcessHandle process = RunningService.begunTrainer();
        process.destroyForcibly();
        process.onExit().join();
    }

    private static List<String> evaluations(Api api, String scoring) {
        return api.get("scorings/" + scoring)
                .get("tasks")
                .valueStream()
                .map(task -> task.get("evaluation").asString(""))
                .toList();
    }

    private RunningService start() throws Exception {
        return RunningService.start(
                home, "--db-scheduler.heartbeat-interval=1s", "--palimpsest.retry.first-wait=0s");
    }
}
