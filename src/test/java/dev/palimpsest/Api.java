package dev.palimpsest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.spec.Binder;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;

/** A client of a running service; paths are those below {@code /api/v1}. */
public record Api(RestTestClient client) {
    public static final int ANY_SUCCESS = 0;

    /** Of a service on this machine; it keeps no cookie and asks once, whatever is answered. */
    public static RestTestClient once(int port) {
        return RestTestClient.bindToServer(new JdkClientHttpRequestFactory())
                .baseUrl("http://127.0.0.1:" + port)
                .build();
    }

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
        return post(path, body, status, Map.of());
    }

    public JsonNode post(String path, String body, int status, Map<String, String> headers) {
        RestTestClient.ResponseSpec answer =
                client.post()
                        .uri("/api/v1/" + path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .headers(sent -> headers.forEach(sent::set))
                        .body(body)
                        .exchange();
        if (status == ANY_SUCCESS) answer.expectStatus().is2xxSuccessful();
        else answer.expectStatus().isEqualTo(status);
        return json(answer.expectBody().returnResult());
    }

    /** Sends a form with files. */
    public JsonNode send(String path, MultiValueMap<String, Object> form, int status) {
        return json(
                client.post()
                        .uri("/api/v1/" + path)
                        .contentType(MediaType.MULTIPART_FORM_DATA)
                        .body(form)
                        .exchange()
                        .expectStatus()
                        .isEqualTo(status)
                        .expectBody()
                        .returnResult());
    }

    /** A form's file. */
    public static ByteArrayResource named(String name, byte[] bytes) {
        return new ByteArrayResource(bytes) {
            @Override
            public String getFilename() {
                return name;
            }
        };
    }

    public byte[] download(String path) {
        byte[] bytes =
                client.get()
                        .uri("/api/v1/" + path)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        return bytes == null ? new byte[0] : bytes;
    }

    /** Sends a dataset's file, whose name says what it is. */
    public RestTestClient.ResponseSpec upload(
            String name, String format, String fileName, byte[] bytes) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("name", name);
        form.add("format", format);
        form.add("file", named(fileName, bytes));
        return client.post()
                .uri("/api/v1/datasets")
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form)
                .exchange();
    }

    private static JsonNode json(EntityExchangeResult<byte[]> answer) {
        return Binder.JSON.readTree(answer.getResponseBodyContent());
    }
}
