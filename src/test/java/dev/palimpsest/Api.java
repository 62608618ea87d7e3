package dev.palimpsest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.spec.Binder;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** A client of a running service; paths are those below {@code /api/v1}. */
public record Api(RestTestClient client) {
    public static final int ANY_SUCCESS = 0;

    /** Waits for a status; one that can't lead there ends the wait. */
    public JsonNode until(String path, String status) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> get(path),
                        thing -> {
                            String now = thing.get("status").stringValue();
                            if (!now.equals(status))
                                assertThat(now)
                                        .as(thing.toString())
                                        .isNotIn("failed", "cancelled", "succeeded");
                            return now.equals(status);
                        });
    }

    public JsonNode get(String path) {
        return json(client.get().uri("/api/v1/" + path).exchange().expectBody().returnResult());
    }

    public JsonNode post(String path, String body, int status) {
        RestTestClient.ResponseSpec answer =
                client.post()
                        .uri("/api/v1/" + path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(body)
                        .exchange();
        if (status == ANY_SUCCESS) answer.expectStatus().is2xxSuccessful();
        else answer.expectStatus().isEqualTo(status);
        return json(answer.expectBody().returnResult());
    }

    private static JsonNode json(EntityExchangeResult<byte[]> answer) {
        return Binder.JSON.readTree(answer.getResponseBodyContent());
    }
}
