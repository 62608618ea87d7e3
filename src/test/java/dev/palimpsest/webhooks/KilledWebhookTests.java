package dev.palimpsest.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service, killed at several moments between the ends of jobs and their being told. */
class KilledWebhookTests {
    private static final int JOBS = 8;

    private static final String EXPERIMENT =
            """
            {"name": "told", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": []}""";

    private static final String JOB =
            """
            {"experiment": "%s", "executor": "external", "dataset": {"train": "a corpus that is not here"},
             "method": {"type": "full"}, "training": {"max_steps": 2, "learning_rate": 1e-3}}""";

    @TempDir Path home;
    private final Set<String> ended = new TreeSet<>();
    private String webhook = "";

    @Test
    void noEndOfAJobIsLostAndDoublesHaveOneIdThoughTheServiceIsKilledAnywhere() throws Exception {
        try (Receiver receiver = new Receiver()) {
            receiver.alwaysAnswer(503);
            killed(receiver, its -> webhook(its, receiver), _ -> {}); // nobody was there yet
            receiver.hold();
            killed( // all that are under way were sent, and none was answered
                    receiver, _ -> {}, before -> received(receiver, before + Lanes.MOST_AT_ONCE));
            receiver.letGo();
            receiver.alwaysAnswer(204);
            killed(receiver, _ -> {}, before -> received(receiver, before + 3)); // in the midst
            try (RunningService service = start()) {
                Api api = new Api(service.client());
                Awaitility.await()
                        .atMost(Duration.ofMinutes(3))
                        .pollInterval(Duration.ofSeconds(1))
                        .untilAsserted(() -> assertThat(delivered(api)).isEqualTo(3L * JOBS));
            }

            assertThat(ids(receiver).keySet()).isEqualTo(ended);
            assertThat(ids(receiver).values()).allSatisfy(ids -> assertThat(ids).hasSize(1));
            assertThat(receiver.received().stream().map(Receiver.Received::id).distinct())
                    .hasSize(3 * JOBS);
        }
    }

    /** Ends some jobs and kills the service at a moment after that. */
    private void killed(Receiver receiver, Consumer<Api> first, Consumer<Integer> moment)
            throws Exception {
        try (RunningService service = start()) {
            Api api = new Api(service.client());
            first.accept(api);
            int before = receiver.received().size();
            String experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
            for (int i = 0; i < JOBS; i++) {
                String job =
                        api.post("jobs", JOB.formatted(experiment), Api.ANY_SUCCESS)
                                .get("id")
                                .stringValue();
                api.post("jobs/" + job + "/end", "{\"outcome\": \"succeeded\"}", 200);
                ended.add(job);
            }
            moment.accept(before);
            service.kill();
        }
    }

    private void webhook(Api api, Receiver receiver) {
        String asked =
                "{\"url\": \"%s\", \"events\": [\"job.succeeded\"]}"
                        .formatted(receiver.url("/hook"));
        webhook = api.post("webhooks", asked, 201).get("id").stringValue();
    }

    private long delivered(Api api) {
        return api.get("webhooks/" + webhook + "/deliveries?limit=1000")
                .get("data")
                .valueStream()
                .filter(one -> one.get("status").stringValue().equals("delivered"))
                .count();
    }

    private static void received(Receiver receiver, int count) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> receiver.received().size() >= count);
    }

    /** Of each job that was told of, the ids under which that came. */
    private static Map<String, Set<String>> ids(Receiver receiver) {
        return receiver.received().stream()
                .collect(
                        Collectors.groupingBy(
                                one -> one.json().at("/data/id").stringValue(),
                                Collectors.mapping(Receiver.Received::id, Collectors.toSet())));
    }

    private RunningService start() throws Exception {
        return RunningService.start(
                home,
                "--palimpsest.egress.allow=127.0.0.1/32",
                "--db-scheduler.heartbeat-interval=1s");
    }
}
