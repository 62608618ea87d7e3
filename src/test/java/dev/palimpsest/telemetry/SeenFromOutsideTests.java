package dev.palimpsest.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import dev.palimpsest.hub.HubServer;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.worker.SmallRuns;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The whole service with a real job, as those who operate it see it. */
class SeenFromOutsideTests {
    private static final String TOKEN = "hf_thisTokenIsNobodysBusiness";
    private static final String KEY = "pal_thisKeyIsNobodysBusiness";
    private static final Path DASHBOARD = Path.of("helm/dashboards/palimpsest.json");
    private static final Pattern METRIC =
            Pattern.compile("\\b(palimpsest|http|jvm|process|hikaricp|system)_[a-z_]+");

    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"}, "method": {"type": "lora", "rank": 2, "alpha": 4},
             "training": {"max_steps": 6, "batch_size": 2, "sequence_length": 64, "learning_rate": 1e-3},
             "checkpoints": {"every_steps": 3}, "evaluation": {"at": {"steps": [3]}, "limit": 2}}
            """;

    @TempDir static Path home;
    private static TraceReceiver receiver;
    private static HubServer hub;
    private static RunningService service;
    private static String job;
    private static String scraped;

    @BeforeAll
    static void aServiceThatHasRunAJob() throws IOException {
        receiver = TraceReceiver.open();
        hub = HubServer.start();
        hub.requireToken("another");
        service =
                RunningService.start(
                        home,
                        "--management.opentelemetry.tracing.export.otlp.endpoint="
                                + receiver.endpoint(),
                        "--management.opentelemetry.tracing.export.schedule-delay=100ms",
                        "--logging.structured.format.console=logstash",
                        "--logging.level.dev.palimpsest=debug",
                        "--logging.level.org.springframework.web=debug",
                        "--logging.level.trainer=debug",
                        "--palimpsest.hub.endpoint=" + hub.endpoint(),
                        "--palimpsest.hub.token=" + TOKEN);
        SmallRuns runs = SmallRuns.on(service);
        job = runs.submitted(JOB);
        runs.until(job, "succeeded");
        scraped =
                service.client()
                        .get()
                        .uri("/actuator/prometheus")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        service.close();
        hub.close();
        receiver.close();
    }

    @Test
    void oneTraceHoldsARequestTheWaitingTheAttemptAndTheTrainersPhases() {
        Span attempt = attempt();
        List<Span> trace = receiver.trace(attempt);
        Span request = one(trace, span -> span.getSpanId().equals(attempt.getParentSpanId()));
        Span queue = one(trace, span -> span.getName().equals("queue"));
        List<Span> phases =
                trace.stream()
                        .filter(span -> span.getParentSpanId().equals(attempt.getSpanId()))
                        .toList();

        assertThat(request.getName()).isEqualTo("http post /api/v1/jobs");
        assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(queue.getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(queue.getStartTimeUnixNano())
                .isGreaterThanOrEqualTo(request.getStartTimeUnixNano());
        assertThat(queue.getEndTimeUnixNano()).isLessThanOrEqualTo(attempt.getEndTimeUnixNano());
        assertThat(phases.stream().map(Span::getName).sorted())
                .containsExactly(
                        "checkpoint",
                        "checkpoint",
                        "evaluate",
                        "evaluate",
                        "evaluate",
                        "load",
                        "train",
                        "train");
        assertThat(phases)
                .allSatisfy(
                        phase -> {
                            assertThat(phase.getStartTimeUnixNano())
                                    .isBetween(
                                            attempt.getStartTimeUnixNano(),
                                            phase.getEndTimeUnixNano());
                            assertThat(phase.getEndTimeUnixNano())
                                    .isLessThanOrEqualTo(attempt.getEndTimeUnixNano());
                        });
        assertThat(tags(attempt))
                .contains(
                        "palimpsest.job=" + job,
                        "palimpsest.attempt=1",
                        "palimpsest.job.status=succeeded");
        assertThat(trace).hasSize(3 + phases.size());
    }

    @Test
    void eachLineOfAJobNamesItItsAttemptAndItsTrace() {
        Span attempt = attempt();
        String trace = TraceReceiver.hex(attempt.getTraceId());
        List<JsonNode> lines = service.log().stream().map(SeenFromOutsideTests::json).toList();

        List<JsonNode> queued = of(lines, "dev.palimpsest.dispatch.Queue");
        assertThat(queued).isNotEmpty().allMatch(line -> text(line, "job").equals(job));
        assertThat(queued).allMatch(line -> text(line, "request").startsWith("req_"));
        assertThat(queued).allMatch(line -> text(line, "traceId").equals(trace));
        for (String logger : List.of("dev.palimpsest.worker.Supervision", "trainer"))
            assertThat(of(lines, logger))
                    .as(logger)
                    .isNotEmpty()
                    .allMatch(line -> text(line, "job").equals(job))
                    .allMatch(line -> text(line, "attempt").equals("1"))
                    .allMatch(line -> text(line, "traceId").equals(trace));
        assertThat(of(lines, "trainer")).anyMatch(line -> text(line, "message").contains("step 6"));
    }

    @Test
    void noLineHoldsASecretThoughTheHubRefusesIt() {
        service.client()
                .get()
                .uri("/api/v1/jobs")
                .header("Authorization", "Bearer " + KEY)
                .exchange()
                .expectStatus()
                .isUnauthorized();
        Api api = new Api(service.client());
        api.post(
                "models",
                "{\"name\": \"refused\", \"source\": {\"type\": \"hub\", \"id\": \"some/model\", \"revision\": \"main\"}}",
                202);
        api.until("models/refused", "failed");

        assertThat(hub.requests())
                .anyMatch(request -> ("Bearer " + TOKEN).equals(request.authorization()));
        assertThat(service.log()).anyMatch(line -> line.contains("refused"));
        assertThat(service.log()).noneMatch(line -> line.contains(TOKEN) || line.contains(KEY));
    }

    @Test
    void everyMetricOfTheDashboardIsExposed() throws IOException {
        Set<String> exposed = metrics(scraped);
        JsonNode dashboard = Binder.JSON.readTree(Files.readString(DASHBOARD));
        List<String> asked =
                dashboard.findValues("expr").stream().map(JsonNode::stringValue).toList();

        assertThat(asked).hasSizeGreaterThan(10);
        assertThat(asked).allSatisfy(query -> assertThat(exposed).containsAll(metrics(query)));
        Set<String> ours =
                exposed.stream()
                        .filter(name -> name.startsWith("palimpsest_"))
                        .collect(Collectors.toSet());
        assertThat(metrics(String.join(" ", asked))).containsAll(ours);
    }

    @Test
    void noLabelGrowsWithUse() {
        List<String> samples =
                scraped.lines().filter(line -> line.matches("(palimpsest|http).*")).toList();

        assertThat(samples).anyMatch(line -> line.contains("uri=\"/api/v1/jobs/{id}\""));
        assertThat(samples).noneMatch(line -> line.matches(".*(job|exp|ckpt|req)_[0-9a-z]{10}.*"));
        assertThat(samples).noneMatch(line -> line.contains("\"tiny\""));
    }

    /** It is sent when it has ended, after all else of its trace. */
    private static Span attempt() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> receiver.named("attempt"), spans -> !spans.isEmpty())
                .getFirst();
    }

    private static Span one(List<Span> spans, Predicate<Span> wanted) {
        List<Span> found = spans.stream().filter(wanted).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    void whatATrainerHeldOfItsDeviceIsKnown() {
        assertThat(scraped.lines())
                .filteredOn(line -> line.startsWith("palimpsest_device_memory_peak_bytes{"))
                .hasSize(1)
                .allSatisfy(
                        line ->
                                assertThat(
                                                Double.parseDouble(
                                                        line.substring(line.lastIndexOf(' '))))
                                        .isGreaterThan(1e8));
    }

    private static List<String> tags(Span span) {
        return span.getAttributesList().stream()
                .map(tag -> tag.getKey() + "=" + tag.getValue().getStringValue())
                .toList();
    }

    private static Set<String> metrics(String text) {
        Stream<MatchResult> names = METRIC.matcher(text).results();
        return names.map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    private static JsonNode json(String line) {
        try {
            return Binder.JSON.readTree(line);
        } catch (JacksonException broken) {
            throw new AssertionError("no JSON: " + line, broken);
        }
    }

    private static List<JsonNode> of(List<JsonNode> lines, String logger) {
        return lines.stream().filter(line -> text(line, "logger_name").equals(logger)).toList();
    }

    private static String text(JsonNode line, String field) {
        return line.path(field).asString("");
    }
}
