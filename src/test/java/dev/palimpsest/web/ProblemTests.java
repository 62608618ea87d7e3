package dev.palimpsest.web;

import dev.palimpsest.ServiceTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

@ServiceTest
class ProblemTests {
    @Autowired RestTestClient client;

    @Test
    void aPathThatIsNotThereIsAProblem() {
        client.get()
                .uri("/api/v1/nowhere")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectHeader()
                .exists("x-request-id")
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:palimpsest:problem:not-found");
    }
}
