package dev.palimpsest.sweeps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** A sweep that is trained to its end. */
@ServiceTest
class SweepTests {
    private static final String EXPERIMENT =
            """
            {"name": "swept", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_choice"]}""";

    private static final String SWEEP =
            """
            {"template": {"dataset": {"train": "gsm8k-validation"}, "evaluation": {"limit": 3},
                          "training": {"max_steps": 2, "batch_size": 4, "learning_rate": 1e-2}},
             "grid": [{"method": [{"type": "full"}]}, {"method": [{"type": "lora"}], "method.rank": [4]}]}""";

    @Autowired RestTestClient client;

    @Test
    void everyCellIsTrainedAndScoredAndTheNextSweepsTimeIsKnown() {
        Api api = new Api(client);
        String sweeps =
                "experiments/%s/sweeps"
                        .formatted(
                                api.post("experiments", EXPERIMENT, 201).get("id").stringValue());

        JsonNode made = api.post(sweeps, SWEEP, 202);
        for (JsonNode cell : made.get("cells"))
            api.until("jobs/" + cell.get("job").stringValue(), "succeeded");

        JsonNode sweep = api.get("sweeps/" + made.get("id").stringValue());
        assertThat(sweep.at("/statuses/succeeded").asInt()).isEqualTo(2);
        for (JsonNode cell : sweep.get("cells")) {
            JsonNode point =
                    api.get(
                                    "jobs/%s/metrics?keys=learning"
                                            .formatted(cell.get("job").stringValue()))
                            .at("/data/0/points")
                            .valueStream()
                            .toList()
                            .getLast();
            assertThat(cell.at("/score/step").asInt()).isEqualTo(2);
            assertThat(cell.at("/score/learning")).isEqualTo(point.get("value"));
            assertThat(cell.at("/score/forgetting").isNumber()).isTrue();
        }
        JsonNode plan = api.post(sweeps + "?dry_run=true", SWEEP, 200);
        for (JsonNode cell : plan.get("cells"))
            assertThat(cell.get("seconds").asDouble()).isPositive();
    }
}
