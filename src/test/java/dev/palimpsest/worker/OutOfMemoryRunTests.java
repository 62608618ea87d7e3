package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** A real trainer that may have less memory than its plan says. */
@ServiceTest
@Import(OutOfMemoryRunTests.Bounded.class)
class OutOfMemoryRunTests {
    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-train"}, "method": {"type": "full"},
             "training": {"max_steps": 2, "batch_size": 128, "micro_batch_size": 128, "sequence_length": 512, "packing": true,
                          "learning_rate": 1e-3},
             "evaluation": {"limit": 1}}
            """;

    @Autowired RestTestClient client;

    /** Its address space has an end: the JVM and libtorch fit, the activations do not. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Bounded {
        @Bean
        @Primary
        TrainerCommand bounded(WorkerSettings settings) {
            TrainerCommand whole = TrainerCommand.ofThisProcess("trainer", settings.heap(), 1);
            List<String> launcher =
                    new ArrayList<>(
                            List.of("bash", "-c", "ulimit -v 4500000; exec \"$@\"", "bash"));
            launcher.addAll(whole.launcher());
            return new TrainerCommand(launcher, whole.environment());
        }
    }

    @Test
    void aRunThatOutgrowsItsMemoryFailsOnceAndSaysWhatWouldTakeLess() {
        Api api = new Api(client);
        String experiment =
                api.post(
                                "experiments",
                                """
                                {"name": "small", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"],
                                 "forgetting_tasks": ["definitions_perplexity"]}""",
                                201)
                        .get("id")
                        .stringValue();
        String id = api.post("jobs", JOB.formatted(experiment), 202).get("id").stringValue();

        JsonNode job = api.until("jobs/" + id, "failed");

        assertThat(job.get("attempts").size()).isEqualTo(1);
        assertThat(job.at("/attempts/0/outcome").stringValue()).isEqualTo("out_of_memory");
        assertThat(job.at("/error/title").stringValue()).contains("memory");
        assertThat(job.at("/error/detail").stringValue())
                .contains("micro_batch_size", "activation_checkpointing", "sequence_length");
    }
}
