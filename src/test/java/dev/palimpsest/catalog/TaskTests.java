package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
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
                        java.util.List.of(
                                "definitions_choice",
                                "definitions_perplexity",
                                "gsm8k_arithmetic",
                                "gsm8k_perplexity"))
                .jsonPath("$.data[0].kind")
                .isEqualTo("multiple_choice")
                .jsonPath("$.data[1].score_kind")
                .isEqualTo("bits_per_byte");
    }

    @Test
    void theItemsOfATaskLieInTheHomeFolder() {
        RegisteredTask task = tasks.named("gsm8k_arithmetic").orElseThrow();

        assertThat(task.items()).isNotEmptyFile();
        assertThat(task.count()).isPositive();
        assertThat(task.dataHash()).hasSize(64);
    }

    @Test
    void aTaskThatIsNotThereIsA404() {
        client.get().uri("/api/v1/tasks/nope").exchange().expectStatus().isNotFound();
    }
}
