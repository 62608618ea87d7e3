package dev.palimpsest.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.spec.Binder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class DryRunTests {
    private static final String SEVEN_BILLION =
            """
            {"model_type": "llama", "vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32,
             "num_attention_heads": 32, "num_key_value_heads": 32, "max_position_embeddings": 4096, "tie_word_embeddings": false}
            """;

    private static final String SPEC =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-train"}, "method": {"type": "full"},
             "training": {"epochs": 2, "batch_size": 8, "sequence_length": 1024, "learning_rate": 1e-3%s}}
            """;

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    private String experiment = "";

    @BeforeEach
    void anExperimentOnAModelOf7Billion() {
        experiment = new SomeJobs(context).experiment();
        Architecture architecture = Architecture.of(Binder.JSON.readTree(SEVEN_BILLION));
        database.sql(
                        "update base_models set architecture = cast(? as jsonb), parameters = ?, bytes = ? where name = 'tiny'")
                .param(Binder.JSON.writeValueAsString(architecture))
                .param(architecture.parameters())
                .param(2 * architecture.parameters())
                .update();
    }

    @AfterEach
    void forget() {
        database.sql("update base_models set architecture = null where name = 'tiny'").update();
        database.sql("delete from workers").update();
    }

    @Test
    void aDryRunAnswersThePlanAndStoresNothing() {
        long jobs = jobs();

        JsonNode plan = answer(post("?dry_run=true", ""), HttpStatus.OK);

        assertThat(plan.path("steps").asLong()).isEqualTo(2 * Math.ceilDiv(7173, 8));
        assertThat(plan.path("tokens_per_step").asLong()).isEqualTo(8 * 1024);
        assertThat(plan.path("tokens").asLong()).isEqualTo(plan.path("steps").asLong() * 8 * 1024);
        assertThat(plan.path("trainable_parameters").asLong()).isEqualTo(6_738_415_616L);
        JsonNode memory = plan.path("memory");
        assertThat(memory.path("peak").asLong())
                .isEqualTo(
                        List.of(
                                        "weights",
                                        "packed_weights",
                                        "gradients",
                                        "optimizer",
                                        "activations",
                                        "workspace",
                                        "process")
                                .stream()
                                .mapToLong(part -> memory.path(part).asLong())
                                .sum());
        assertThat(plan.path("device_bytes").isNull()).isTrue();
        assertThat(jobs()).isEqualTo(jobs);
    }

    @Test
    void aDryRunSaysTheFaultsOfAJob() {
        String faults = ", \"gradient_clip\": 0, \"optimizer\": {\"type\": \"sgd\"}";

        assertThat(answer(post("?dry_run=true", faults), HttpStatus.UNPROCESSABLE_CONTENT))
                .isEqualTo(answer(post("", faults), HttpStatus.UNPROCESSABLE_CONTENT));
    }

    @Test
    void aJobThatFitsNowhereIsRefusedWithTheChangeThatFits() {
        aDeviceOf(24_000_000_000L);

        for (String query : List.of("?dry_run=true", "")) {
            JsonNode fault = fault(query, ", \"precision\": \"bf16\"");

            assertThat(fault.path("pointer").asString()).isEqualTo("/method");
            assertThat(fault.path("detail").asString())
                    .contains("the largest device has 24.0 GB (24000000000 bytes)")
                    .contains("with method {\"type\": \"lora\"");
        }
    }

    @Test
    void aSmallerMicroBatchIsProposedBeforeAnythingThatCostsTime() {
        aDeviceOf(79_000_000_000L);
        String batch = ", \"precision\": \"bf16\", \"micro_batch_size\": 8";

        JsonNode fault = fault("", batch);

        assertThat(fault.path("pointer").asString()).isEqualTo("/training/micro_batch_size");
        assertThat(fault.path("detail").asString()).contains("with micro_batch_size 4 it would");
        post("?dry_run=true", batch.replace("8", "4")).expectStatus().isOk();
    }

    @Test
    void anAdapterWhoseBaseIsTooLargeInFp32IsOfferedBf16() {
        aDeviceOf(24_000_000_000L);
        String lora = "{\"type\": \"lora\", \"rank\": 8, \"alpha\": 16, \"dropout\": 0.1}";

        JsonNode problem =
                answer(
                        sent("", SPEC.replace("{\"type\": \"full\"}", lora), ""),
                        HttpStatus.UNPROCESSABLE_CONTENT);

        assertThat(problem.path("errors").path(0).path("pointer").asString())
                .isEqualTo("/training/precision");
    }

    @Test
    void anAcceleratorsMemoryIsSparedByKeepingTheOptimizerOnTheHost() {
        aDeviceOf("cuda:0", 48_000_000_000L);

        JsonNode fault = fault("", ", \"precision\": \"bf16\"");

        assertThat(fault.path("pointer").asString()).isEqualTo("/training/optimizer_offload");
        post(
                        "?dry_run=true",
                        ", \"precision\": \"bf16\", \"optimizer_offload\": true, \"micro_batch_size\": 2")
                .expectStatus()
                .isOk();
    }

    @Test
    void aProcessorsMemoryIsTheHosts() {
        aDeviceOf(48_000_000_000L);

        JsonNode fault = fault("", ", \"precision\": \"bf16\", \"optimizer_offload\": true");

        assertThat(fault.path("pointer").asString()).isEqualTo("/method");
    }

    @Test
    void whatNoChangeMakesFitAsksForASmallerModel() {
        aDeviceOf(4_000_000_000L);

        assertThat(fault("", "").path("pointer").asString()).isEqualTo("/base_model");
    }

    private void aDeviceOf(long bytes) {
        aDeviceOf("cpu", bytes);
    }

    private void aDeviceOf(String kind, long bytes) {
        database.sql(
                        "insert into workers (id, device, memory_bytes, threads, started_at, last_heartbeat) values ('w', ?, ?, 2, now(), now())")
                .param(kind)
                .param(bytes)
                .update();
    }

    private JsonNode fault(String query, String training) {
        JsonNode problem = answer(post(query, training), HttpStatus.UNPROCESSABLE_CONTENT);
        return problem.path("errors").path(0);
    }

    private static JsonNode answer(ResponseSpec response, HttpStatus status) {
        byte[] body =
                response.expectStatus()
                        .isEqualTo(status)
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        return Binder.JSON.readTree(body);
    }

    private ResponseSpec post(String query, String training) {
        return sent(query, SPEC, training);
    }

    private ResponseSpec sent(String query, String spec, String training) {
        return client.post()
                .uri("/api/v1/jobs" + query)
                .contentType(MediaType.APPLICATION_JSON)
                .body(spec.formatted(experiment, training))
                .exchange();
    }

    private long jobs() {
        return database.sql("select count(*) from jobs").query(Long.class).single();
    }
}
