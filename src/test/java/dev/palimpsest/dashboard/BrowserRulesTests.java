package dev.palimpsest.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.spec.Binder;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

/** What browsers are told and asked. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class BrowserRulesTests {
    private static final String EXPERIMENT =
            """
            {"name": "asked by a page", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"]}""";

    @Autowired RestTestClient client;
    @LocalServerPort int port;

    @Test
    void aPageOfAnotherOriginChangesNothing() {
        EntityExchangeResult<byte[]> refused = post("Sec-Fetch-Site", "cross-site");

        assertThat(refused.getStatus().value()).isEqualTo(403);
        assertThat(Binder.JSON.readTree(refused.getResponseBodyContent()).at("/type").stringValue())
                .isEqualTo("urn:palimpsest:problem:forbidden");
        assertThat(post("Sec-Fetch-Site", "same-site").getStatus().value()).isEqualTo(403);
        assertThat(post("Origin", "http://elsewhere.example").getStatus().value()).isEqualTo(403);
        assertThat(post("Origin", "null").getStatus().value()).isEqualTo(403);
    }

    @Test
    void theServicesOwnPagesAndClientsThatAreNoBrowsersMay() {
        assertThat(post("Sec-Fetch-Site", "same-origin").getStatus().value()).isEqualTo(201);
        assertThat(post("Origin", "http://localhost:" + port).getStatus().value()).isEqualTo(201);
        assertThat(post("X-Anything", "else").getStatus().value()).isEqualTo(201);
    }

    @Test
    void pagesRunNoScriptButTheServicesOwn() {
        client.get()
                .uri("/jobs/any")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .value(
                        "Content-Security-Policy",
                        policy ->
                                assertThat(policy)
                                        .contains("script-src 'self';")
                                        .doesNotContain("unsafe"))
                .expectBody(String.class)
                .value(
                        page ->
                                assertThat(page)
                                        .doesNotContain("onclick")
                                        .contains("/dashboard/app.js"));
    }

    private EntityExchangeResult<byte[]> post(String header, String value) {
        return client.post()
                .uri("/api/v1/experiments")
                .header(header, value)
                .contentType(MediaType.APPLICATION_JSON)
                .body(EXPERIMENT)
                .exchange()
                .expectBody()
                .returnResult();
    }
}
