package dev.palimpsest.studies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The whole service, killed in the middle of a study at moments that a seed draws. {@code
 * -Dpalimpsest.study.kills=10} kills that often, {@code -Dpalimpsest.seed=1} draws other moments.
 */
class KilledStudyTests {
    private static final Logger LOG = LoggerFactory.getLogger(KilledStudyTests.class);
    private static final int KILLS = Integer.getInteger("palimpsest.study.kills", 2);
    private static final int SEED = Integer.getInteger("palimpsest.seed", 17);

    /** A job that is lost three times before its first checkpoint fails, as it should. */
    private static final int SHORTEST = 4_000;

    private static final int LONGEST = 10_000;

    /** As many as make it outlive most kills. */
    private static final List<Integer> SEEDS =
            IntStream.rangeClosed(1, Math.max(1, KILLS / 2)).boxed().toList();

    private static final String EXPERIMENT =
            """
            {"name": "killed", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": []}""";

    private static final String STUDY =
            """
            {"template": {"dataset": {"train": "gsm8k-validation"}, "training": {"batch_size": 1, "sequence_length": 64},
                          "evaluation": {"limit": 1}},
             "full": false, "ranks": [2], "rates": {"lora": [1e-4, 1e-3], "length": 1},
             "ladder": {"kind": "runs", "steps": [1, 2]}, "seeds": %s, "spectra": true}"""
                    .formatted(SEEDS);

    @TempDir Path home;

    @Test
    void aStudyThatIsKilledAtAnyMomentEndsWithTheSameJobsAndNoneTwice() throws Exception {
        Random random = new Random(SEED);
        String experiment = null;
        String study = "";
        for (int kill = 0; kill < KILLS; kill++) {
            try (RunningService service = start()) {
                Api api = new Api(service.client());
                if (experiment == null) {
                    experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
                    study =
                            api.post("experiments/" + experiment + "/studies", STUDY, 202)
                                    .get("id")
                                    .stringValue();
                }
                Duration life = Duration.ofMillis(random.nextInt(SHORTEST, LONGEST));
                String path = "studies/" + study;
                Awaitility.await().pollDelay(life).atMost(life.plusSeconds(30)).until(() -> true);
                LOG.info("kill {} after {}: {}", kill + 1, life, api.get(path).get("stage"));
                service.kill();
            }
        }
        try (RunningService service = start()) {
            Api api = new Api(service.client());
            JsonNode done = api.until("studies/" + study, "succeeded");

            List<String> names =
                    api.get("jobs?limit=100&experiment=" + experiment)
                            .get("data")
                            .valueStream()
                            .map(job -> job.get("name").stringValue())
                            .toList();
            assertThat(api.get("experiments/" + experiment + "/sweeps").get("data")).hasSize(2);
            assertThat(names).hasSize(2 + 2 * SEEDS.size()).doesNotHaveDuplicates();
            assertThat(done.at("/progress/rates/statuses/succeeded").asInt()).isEqualTo(2);
            assertThat(done.at("/progress/grid/statuses/succeeded").asInt())
                    .isEqualTo(2 * SEEDS.size());
            assertThat(done.at("/progress/spectra/succeeded").asInt()).isEqualTo(2);
            assertThat(done.at("/choices/0/tried")).hasSize(2);
        }
    }

    private RunningService start() throws Exception {
        return RunningService.start(home, "--db-scheduler.heartbeat-interval=1s");
    }
}
