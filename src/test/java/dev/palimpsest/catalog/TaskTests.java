package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

@ServiceTest
class TaskTests {
    @Autowired RestTestClient client;
    @Autowired Tasks tasks;

    @Test
    void theTasksOfTheBundledStudyAreListed() {
        client.get()
                .uri("/api/v1/tasks")
                .exchange()
                .expectBody()
                .jsonPath("$.data[*].name")
                .isEqualTo(
                        List.of(
                                "arc_challenge",
                                "arc_easy",
                                "definitions_choice",
                                "definitions_perplexity",
                                "gsm8k",
                                "gsm8k_arithmetic",
                                "gsm8k_cot",
                                "gsm8k_perplexity",
                                "hellaswag",
                                "humaneval",
                                "humaneval_paper",
                                "mbpp",
                                "piqa",
                                "winogrande"))
                .jsonPath("$.data[2].kind")
                .isEqualTo("multiple_choice")
                .jsonPath("$.data[3].score_kind")
                .isEqualTo("bits_per_byte");
    }

    @Test
    void theItemsOfATaskLieInTheHomeFolder() {
        RegisteredTask task = tasks.named("gsm8k_arithmetic").orElseThrow();

        RegisteredTask.Content content = task.content().orElseThrow();
        assertThat(content.items()).isNotEmptyFile();
        assertThat(content.count()).isPositive();
        assertThat(content.hash()).hasSize(64);
    }

    @Test
    void aBenchmarkShowsItsLicenceAndTheSumsOfItsFiles() {
        client.get()
                .uri("/api/v1/tasks/gsm8k")
                .exchange()
                .expectBody()
                .jsonPath("$.licence")
                .isEqualTo("MIT")
                .jsonPath("$.items")
                .isEqualTo(1319)
                .jsonPath("$.few_shot")
                .isEqualTo(5)
                .jsonPath("$.metric")
                .isEqualTo("exact_match_strict")
                .jsonPath("$.unavailable")
                .isEmpty()
                .jsonPath("$.files[0].name")
                .isEqualTo("gsm8k_test.jsonl")
                .jsonPath("$.files[0].sha256")
                .isEqualTo("3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14");
    }

    @Test
    void aBenchmarkWithoutItsFileSaysWhatIsMissing() {
        client.get()
                .uri("/api/v1/tasks/hellaswag")
                .exchange()
                .expectBody()
                .jsonPath("$.items")
                .isEqualTo(0)
                .jsonPath("$.data_hash")
                .isEmpty()
                .jsonPath("$.unavailable")
                .value(
                        String.class,
                        reason ->
                                assertThat(reason)
                                        .startsWith(
                                                "the task 'hellaswag' needs the file hellaswag_val.jsonl, which is not in ")
                                        .endsWith(
                                                "name its folder by palimpsest.benchmarks, or register its rows as the dataset 'hellaswag_val' with the format rows"));
    }

    @Test
    void aPreviewShowsThreeItemsWithTheirTokensAndWhichOfThemCount() {
        client.get()
                .uri("/api/v1/tasks/definitions_choice/preview?model=palimpsest-mini")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.convention")
                .isEqualTo("lm_eval")
                .jsonPath("$.data.length()")
                .isEqualTo(3)
                .jsonPath("$.data[0].asked.length()")
                .isEqualTo(4)
                .jsonPath("$.data[0].asked[0].scored[0]")
                .isEqualTo(false)
                .jsonPath("$.data[0].asked[0].scored[-1]")
                .isEqualTo(true);
    }

    @Test
    void aPreviewWithExemplarsShowsThemAndNothingOfAnAnswerToBeWritten() {
        JsonNode preview =
                client.get()
                        .uri("/api/v1/tasks/gsm8k/preview?model=palimpsest-mini&few_shot=2")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody(JsonNode.class)
                        .returnResult()
                        .getResponseBody();

        JsonNode asked = preview.path("data").path(0).path("asked").path(0);
        String text =
                String.join(
                        "", asked.path("pieces").valueStream().map(JsonNode::asString).toList());
        assertThat(text.split("Question: ")).hasSize(4);
        assertThat(text).endsWith("\nAnswer:");
        assertThat(asked.path("scored").valueStream().map(JsonNode::asBoolean)).containsOnly(false);
    }

    @Test
    void aPreviewThatCannotBeMadeSaysWhy() {
        fails(
                "hellaswag/preview?model=palimpsest-mini",
                HttpStatus.CONFLICT,
                "hellaswag_val.jsonl");
        fails("gsm8k/preview?model=nope", HttpStatus.NOT_FOUND, "nope");
        fails(
                "gsm8k/preview?model=palimpsest-mini&few_shot=-1",
                HttpStatus.BAD_REQUEST,
                "between 0");
        fails(
                "gsm8k/preview?model=palimpsest-mini&convention=x",
                HttpStatus.BAD_REQUEST,
                "gauntlet");
    }

    private void fails(String path, HttpStatus status, String words) {
        client.get()
                .uri("/api/v1/tasks/" + path)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class)
                .value(body -> assertThat(body).contains(words));
    }

    @Test
    void aTaskThatIsNotThereIsA404() {
        client.get().uri("/api/v1/tasks/nope").exchange().expectStatus().isNotFound();
    }
}
