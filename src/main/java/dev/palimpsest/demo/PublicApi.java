package dev.palimpsest.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service's HTTP API as a client sees it. */
final class PublicApi {
    private static final JsonMapper JSON = new JsonMapper();

    private final String address;
    private final RestClient client;

    /** With a key, or without one where none is asked for. */
    PublicApi(String address, String key) {
        this.address = address;
        this.client =
                RestClient.builder()
                        .baseUrl(address)
                        .defaultHeaders(
                                headers -> {
                                    if (!key.isEmpty()) headers.setBearerAuth(key);
                                })
                        .defaultStatusHandler(HttpStatusCode::isError, PublicApi::refuse)
                        .build();
    }

    /** A request was answered with a problem. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String sentence) {
            super(sentence);
        }
    }

    JsonNode get(String path) {
        return JSON.readTree(client.get().uri(path).retrieve().requiredBody(String.class));
    }

    JsonNode post(String path, String body) {
        return JSON.readTree(
                client.post()
                        .uri(path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(body)
                        .retrieve()
                        .requiredBody(String.class));
    }

    /** Whether something is there. */
    boolean has(String path) {
        return client.get()
                .uri(path)
                .exchange((_, answer) -> answer.getStatusCode().is2xxSuccessful());
    }

    /** What is answered, as it is, into a file. */
    void download(String path, Path file) throws IOException {
        byte[] bytes = client.get().uri(path).retrieve().requiredBody(byte[].class);
        Files.write(file, bytes);
    }

    /** Sends a dataset of JSON Lines. */
    void upload(String name, String format, Resource file) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("name", name);
        form.add("format", format);
        form.add("file", file);
        client.post()
                .uri("/api/v1/datasets")
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form)
                .retrieve()
                .toBodilessEntity();
    }

    /** Where a path is to be found from outside. */
    String url(String path) {
        return address + path;
    }

    private static void refuse(HttpRequest request, ClientHttpResponse response)
            throws IOException {
        JsonNode problem = JSON.readTree(response.getBody());
        StringBuilder sentence =
                new StringBuilder(
                        "%s %s was answered %s: %s"
                                .formatted(
                                        request.getMethod(),
                                        request.getURI().getPath(),
                                        response.getStatusCode(),
                                        problem.path("detail").asString("")));
        for (JsonNode error : problem.path("errors"))
            sentence.append(
                    "%n  %s %s"
                            .formatted(
                                    error.path("pointer").asString(""),
                                    error.path("detail").asString("")));
        throw new Refused(sentence.toString());
    }
}
