package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.RunningService;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

class KilledServiceTests {
    @TempDir Path home;

    @Test
    void whatWasAnsweredBeforeAKillIsThereAfterARestart() throws Exception {
        try (RunningService service = RunningService.start(home)) {
            upload(service.client(), "before-the-kill");
            service.kill();
        }

        try (RunningService service = RunningService.start(home)) {
            service.client()
                    .get()
                    .uri("/api/v1/datasets/before-the-kill")
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .jsonPath("$.documents")
                    .isEqualTo(7473 - 300);
        }
    }

    @Test
    void aSecondServiceOnOneHomeSaysWhyItDoesNotStart() throws Exception {
        try (RunningService _ = RunningService.start(home)) {
            Optional<String> last = RunningService.startupFailure(home);

            assertThat(last)
                    .hasValueSatisfying(
                            line ->
                                    assertThat(line)
                                            .startsWith("Palimpsest cannot start: another")
                                            .contains("--palimpsest.home="));
        }
    }

    private void upload(RestTestClient client, String name) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("name", name);
        form.add("format", "prompt_completion");
        form.add("file", new FileSystemResource(home.resolve("datasets/gsm8k-train/data.jsonl")));
        client.post()
                .uri("/api/v1/datasets")
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form)
                .exchange()
                .expectStatus()
                .isCreated();
    }
}
