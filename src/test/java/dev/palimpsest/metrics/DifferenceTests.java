package dev.palimpsest.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.evaluation.ItemResult;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.spec.Convention;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class DifferenceTests {
    @Autowired RestTestClient client;
    @Autowired Evaluations evaluations;
    @Autowired ApplicationContext context;

    @Test
    void theItemsThatDifferAreListedPageByPageWithBothAnswers() {
        String before = choices(250, i -> i % 2 == 0);
        String now = choices(250, i -> i % 2 == 0 ? i % 50 != 0 : i == 101);

        List<JsonNode> found = new ArrayList<>();
        String after = "";
        for (boolean more = true; more; ) {
            JsonNode page = items(before, now, "limit=4" + after);
            page.get("data").forEach(found::add);
            more = page.get("has_more").asBoolean();
            if (more) after = "&after=" + page.get("last_id").stringValue();
        }

        assertThat(found.stream().map(one -> one.get("index").asInt()))
                .containsExactly(0, 50, 100, 101, 150, 200);
        assertThat(found.get(3).toString())
                .contains("\"gain\":1.0")
                .contains("\"document\":\"question 101\"");
        assertThat(found.getFirst().at("/from/correct").asBoolean()).isTrue();
        assertThat(found.getFirst().at("/to/correct").asBoolean()).isFalse();
        assertThat(items(before, now, "change=better").get("data")).hasSize(1);
        assertThat(items(before, now, "change=worse").get("data")).hasSize(5);
    }

    @Test
    void whatCannotBeComparedOrIsNotKnownIsSaid() {
        String few = choices(3, _ -> true);
        String more = choices(4, _ -> true);

        assertThat(status(few, more, "")).isEqualTo(HttpStatus.CONFLICT);
        assertThat(status(few, few, "change=sideways")).isEqualTo(HttpStatus.BAD_REQUEST);
        assertThat(status(few, few, "after=x")).isEqualTo(HttpStatus.BAD_REQUEST);
        assertThat(status("eval_gone", few, "")).isEqualTo(HttpStatus.NOT_FOUND);
        assertThat(items(few, few, "").get("data")).isEmpty();
    }

    private String choices(int count, IntPredicate right) {
        String id = "eval_" + UUID.randomUUID();
        SomeJobs jobs = new SomeJobs(context);
        evaluations.file(
                jobs.queued(jobs.experiment()).id(),
                1,
                new Evaluations.Scored(
                        id,
                        id,
                        "palimpsest-mini",
                        "definitions_choice",
                        Convention.LM_EVAL,
                        Map.of(),
                        IntStream.range(0, count)
                                .mapToObj(
                                        i ->
                                                new ItemResult(
                                                        i,
                                                        "question " + i,
                                                        List.of(),
                                                        right.test(i) ? 1 : 0,
                                                        1,
                                                        right.test(i),
                                                        List.of()))
                                .toList()));
        return id;
    }

    private JsonNode items(String from, String to, String query) {
        return client.get()
                .uri("/api/v1/evaluations/{to}/difference/items?from={from}&" + query, to, from)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody();
    }

    private HttpStatus status(String from, String to, String query) {
        return HttpStatus.valueOf(
                client.get()
                        .uri(
                                "/api/v1/evaluations/{to}/difference/items?from={from}&" + query,
                                to,
                                from)
                        .exchange()
                        .returnResult()
                        .getStatus()
                        .value());
    }
}
