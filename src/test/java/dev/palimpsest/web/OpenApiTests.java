package dev.palimpsest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.spec.Binder;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

@ServiceTest
class OpenApiTests {
    @Autowired RestTestClient client;
    private JsonNode document = Binder.JSON.missingNode();

    @BeforeEach
    void read() {
        byte[] json =
                client.get()
                        .uri("/v3/api-docs")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        document = Binder.JSON.readTree(json);
    }

    @Test
    void everyEndpointHasASummaryExamplesAndProblems() {
        assertThat(operations()).isNotEmpty();
        assertSoftly(softly -> operations().forEach(operation -> check(softly, operation)));
    }

    @Test
    void everyNameIsInSnakeCase() {
        document.path("components")
                .path("schemas")
                .forEach(
                        schema ->
                                assertThat(schema.path("properties").propertyNames())
                                        .allMatch(name -> name.matches("[a-z0-9_]+")));
    }

    @Test
    void variantsAreToldApartByTheirType() {
        JsonNode source = document.path("components").path("schemas").path("ModelSource");

        assertThat(source.path("oneOf").size()).isEqualTo(4);
        assertThat(source.path("discriminator").path("propertyName").asString()).isEqualTo("type");
    }

    @Test
    void bothWaysToADatasetAreDescribed() {
        JsonNode post = document.path("paths").path("/api/v1/datasets").path("post");
        JsonNode ways = post.path("requestBody").path("content");

        assertThat(ways.propertyNames())
                .containsExactlyInAnyOrder("multipart/form-data", "application/json");
        assertThat(ways.path("multipart/form-data").path("example").has("file")).isTrue();
        assertThat(ways.path("application/json").path("example").has("source")).isTrue();
        assertThat(example(post, "201").path("status").asString()).isEqualTo("ready");
        assertThat(example(post, "202").path("status").asString()).isEqualTo("importing");
    }

    @Test
    void whatIsOnlyAskedIsClosedAndWhatIsAnsweredTooMayGrow() {
        JsonNode schemas = document.at("/components/schemas");

        JsonNode asked = schemas.path("ScoringRequest");
        assertThat(asked.path("additionalProperties").isBoolean()).isTrue();
        assertThat(asked.path("additionalProperties").asBoolean()).isFalse();
        assertThat(schemas.path("JobSpec").has("additionalProperties")).isFalse();
    }

    @Test
    void anIdInAPathIsDescribedByItsPlaceThere() {
        assertThat(idPattern("jobs")).startsWith("^(job_").isNotEqualTo(idPattern("experiments"));
        assertThat("job_06dgm0e1xhw4t9s8n1p3q5r7vw").matches(idPattern("jobs"));
    }

    private String idPattern(String things) {
        return document.path("paths")
                .path("/api/v1/" + things + "/{id}")
                .at("/get/parameters/0/schema/pattern")
                .asString("");
    }

    private static JsonNode example(JsonNode operation, String status) {
        return operation
                .path("responses")
                .path(status)
                .path("content")
                .valueStream()
                .findFirst()
                .orElseThrow()
                .path("example");
    }

    private Stream<Map.Entry<String, JsonNode>> operations() {
        return document.path("paths").properties().stream()
                .filter(path -> path.getKey().matches("/(api|v1)/.*"))
                .flatMap(
                        path ->
                                path.getValue().properties().stream()
                                        .map(
                                                operation ->
                                                        Map.entry(
                                                                operation.getKey()
                                                                        + " "
                                                                        + path.getKey(),
                                                                operation.getValue())));
    }

    private static void check(SoftAssertions softly, Map.Entry<String, JsonNode> named) {
        String name = named.getKey();
        JsonNode operation = named.getValue();
        softly.assertThat(operation.path("summary").asString(""))
                .as(name + " summary")
                .isNotBlank();
        for (JsonNode media : operation.path("requestBody").path("content"))
            softly.assertThat(media.has("example")).as(name + " request example").isTrue();
        for (Map.Entry<String, JsonNode> answer : operation.path("responses").properties())
            checkAnswer(softly, name + " " + answer.getKey(), answer.getKey(), answer.getValue());
        softly.assertThat(operation.path("responses").has("400")).as(name + " problem").isTrue();
    }

    private static void checkAnswer(
            SoftAssertions softly, String name, String status, JsonNode answer) {
        boolean bodiless = status.equals("204");
        softly.assertThat(answer.path("content").isEmpty())
                .as(name + " content")
                .isEqualTo(bodiless);
        for (JsonNode media : answer.path("content")) {
            softly.assertThat(media.has("schema")).as(name + " schema").isTrue();
            boolean file = media.path("schema").path("format").asString("").equals("binary");
            softly.assertThat(media.has("example") || file).as(name + " example").isTrue();
        }
    }
}
