package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.client.RestTestClient;

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
                                "gsm8k_perplexity",
                                "hellaswag",
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
                                        .endsWith("name its folder by palimpsest.benchmarks"));
    }

    @Test
    void aTaskThatIsNotThereIsA404() {
        client.get().uri("/api/v1/tasks/nope").exchange().expectStatus().isNotFound();
    }
}
