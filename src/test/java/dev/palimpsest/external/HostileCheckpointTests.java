package dev.palimpsest.external;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.home.Home;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;

/** Weights that somebody made to break who takes them in. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileCheckpointTests {
    private static final String CONFIG =
            "{\"r\": 8, \"lora_alpha\": 16, \"target_modules\": [\"q_proj\"]}";

    @Autowired RestTestClient client;
    @Autowired Home home;
    private String job = "";

    @BeforeAll
    void aJob() {
        Api api = new Api(client);
        String experiment =
                api.post(
                                "experiments",
                                """
                                {"name": "hostile", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"]}""",
                                201)
                        .get("id")
                        .stringValue();
        job =
                api.post(
                                "jobs",
                                """
                                {"experiment": "%s", "executor": "external", "dataset": {"train": "elsewhere"},
                                 "method": {"type": "lora", "rank": 8, "alpha": 16, "target_modules": ["q_proj"]},
                                 "training": {"max_steps": 10, "learning_rate": 1e-3}}"""
                                        .formatted(experiment),
                                Api.ANY_SUCCESS)
                        .get("id")
                        .stringValue();
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                weights("its header would be 9223372036854775807", Long.MAX_VALUE, "{}"),
                weights("its header would be -1", -1, "{}"),
                weights("its header would be 1000", 1000, "{}"),
                weights("its header is not valid JSON", "[".repeat(100_000)),
                weights("its header is not valid JSON", "{\"a\":".repeat(600)),
                weights("its header is not valid JSON", "{'a': {}, 'a': {}}".replace('\'', '"')),
                weights("has no shape or no place", "{\"a\": 7}"),
                weights("does not fill its place", tensor("a", "[2]", 0, 4)),
                weights("does not fill its place", tensor("a", "[1e300]", 0, 8)),
                weights("ends at byte 8000 of 8", tensor("a", "[2000]", 0, 8000)),
                weights(
                        "lies over the one before it",
                        tensor("a", "[2]", 0, 8) + tensor("b", "[1]", 4, 8)),
                weights("", "[]"),
                config("is not valid JSON", "{".repeat(100_000)),
                config("is not valid JSON", "{\"r\": 8, \"r\": 8}"),
                config("is not valid JSON", "{\"r\": \"\u00e9\"}", StandardCharsets.ISO_8859_1),
                config("that is no adapter's", " ".repeat(2 << 20)),
                config("", "[]"),
                config(
                        "",
                        "{\"r\": 2147483647, \"lora_alpha\": 1e308, \"target_modules\": [\"q_proj\"]}"),
                config("", "{\"r\": 8, \"lora_alpha\": 16, \"target_modules\": {\"a\": [[]]}}"),
                config(
                        "",
                        "{\"r\": 8, \"lora_alpha\": 16, \"lora_dropout\": -3, \"target_modules\": [\"q_proj\"]}"));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void whatIsMadeToBreakTheServiceIsRefusedAndLeavesNothing(
            String reason, byte[] config, byte[] weights) throws IOException {
        JsonNode problem =
                sent(422, "adapter_config.json", config, "adapter_model.safetensors", weights);

        assertThat(problem.get("errors")).isNotEmpty();
        assertThat(problem.toString()).contains(reason);
        try (Stream<Path> left = Files.list(home.root())) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.startsWith(".checkpoint-"));
        }
    }

    @Test
    void aNameThatLeadsElsewhereIsRefused() {
        for (String name :
                new String[] {"../adapter_config.json", "/etc/passwd", "..\\x", "a/b.safetensors"})
            assertThat(
                            sent(422, name, new byte[1], "adapter_model.safetensors", new byte[1])
                                    .toString())
                    .contains("is no file of an adapter or a model");
        assertThat(
                        sent(
                                        422,
                                        "adapter_config.json",
                                        CONFIG.getBytes(StandardCharsets.UTF_8),
                                        "adapter_config.json",
                                        new byte[1])
                                .toString())
                .contains("has 'adapter_config.json' twice");
    }

    private static Arguments weights(String reason, String... headers) {
        String header = String.join("", headers).replace("}{", ", ");
        return weights(reason, header.length(), header);
    }

    private static Arguments weights(String reason, long length, String header) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        byte[] file =
                ByteBuffer.allocate(8 + json.length + 8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(length)
                        .put(json)
                        .array();
        return Arguments.of(reason, CONFIG.getBytes(StandardCharsets.UTF_8), file);
    }

    private static Arguments config(String reason, String config) {
        return config(reason, config, StandardCharsets.UTF_8);
    }

    private static Arguments config(
            String reason, String config, java.nio.charset.Charset charset) {
        return Arguments.of(reason, config.getBytes(charset), new byte[16]);
    }

    private static String tensor(String name, String shape, long begin, long end) {
        return "{\"%s\": {\"dtype\": \"F32\", \"shape\": %s, \"data_offsets\": [%d, %d]}}"
                .formatted(name, shape, begin, end);
    }

    private JsonNode sent(int status, String one, byte[] bytes, String other, byte[] more) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("step", 5);
        form.add("epoch", 1.0);
        form.add("tokens", 100);
        form.add("file", Api.named(one, bytes));
        form.add("file", Api.named(other, more));
        return new Api(client).send("jobs/%s/checkpoints".formatted(job), form, status);
    }
}
