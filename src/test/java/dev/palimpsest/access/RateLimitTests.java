package dev.palimpsest.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

@ServiceTest
@TestPropertySource(properties = {"palimpsest.role=api", "palimpsest.access.requests-per-second=1"})
class RateLimitTests {
    @LocalServerPort int port;

    @Test
    void whoAsksTooOftenIsToldWhenToComeBack() {
        List<Integer> statuses = new ArrayList<>();
        String retryAfter = null;
        for (int i = 0; i < 200 && retryAfter == null; i++) {
            var answer = Api.once(port).get().uri("/api/v1/session").exchange().returnResult();
            statuses.add(answer.getStatus().value());
            retryAfter = answer.getResponseHeaders().getFirst("Retry-After");
        }

        var told = Api.once(port).get().uri("/api/2.0/mlflow/experiments/get").exchange();

        assertThat(statuses).startsWith(200).endsWith(429);
        assertThat(retryAfter).isEqualTo("1");
        told.expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .valueEquals("Retry-After", "1")
                .expectBody()
                .jsonPath("$.error_code")
                .isEqualTo("REQUEST_LIMIT_EXCEEDED");
    }
}
