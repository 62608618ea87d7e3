package dev.palimpsest.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;
import tools.jackson.databind.JsonNode;

/**
 * The pages of a real service in a real browser. Where no Chromium with its driver is installed,
 * none of this is shown.
 */
@EnabledIf(
        value = "dev.palimpsest.dashboard.Chromium#isHere",
        disabledReason = "there is no chromium with a chromedriver on the PATH")
class DashboardTests {
    private static final String HOSTILE =
            "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> \u202Eمرحبا\u202C 🦜";

    private static final String JOB =
            """
            {"experiment": "%s", "name": "%s", "dataset": {"train": "gsm8k-validation"}, "method": {"type": "lora", "rank": 2, "alpha": 4},
             "evaluation": {"limit": 2}, "training": {"max_steps": %d, "batch_size": 1, "learning_rate": 1e-3, "sequence_length": 64}}""";

    @TempDir static Path home;
    @TempDir static Path downloads;
    private static RunningService service;
    private static Chromium browser;
    private static Api api;

    @BeforeAll
    static void start() throws IOException {
        service = RunningService.start(home);
        browser = Chromium.started(downloads);
        api = new Api(service.client());
    }

    @AfterAll
    static void stop() throws InterruptedException {
        browser.close();
        service.close();
    }

    @Test
    void aJobThatIsSubmittedByFormIsWatchedComparedAndItsAdapterDownloaded() throws IOException {
        browser.open(page("/submit"));
        browser.press("A new experiment");
        WebElement form = browser.until(By.cssSelector("details form"));
        form.findElement(By.name("name")).sendKeys("by form");
        new Select(form.findElement(By.name("learning"))).selectByVisibleText("gsm8k_perplexity");
        new Select(form.findElement(By.name("forgetting")))
                .selectByVisibleText("definitions_perplexity");
        browser.press("Make it");
        browser.until(
                By.cssSelector("[data-pointer='/experiment'] option:checked"),
                one -> one.getText().startsWith("by form"));
        browser.type("dataset.train", "gsm8k-validation");
        browser.type("method.rank", "2");
        browser.type("method.alpha", "4");
        browser.type("training.max_steps", "3");
        browser.type("training.batch_size", "1");
        browser.type("training.sequence_length", "64");
        browser.type("training.learning_rate", "1e-3");
        browser.press("Checkpoints, evaluation, analysis, guards and all else");
        browser.type("evaluation.limit", "2");
        browser.until(By.cssSelector("#plan"), plan -> plan.getText().contains("at its peak"));
        assertThat(browser.text()).contains("curl -s -X POST").contains("\"limit\":2");
        browser.press("Submit");

        browser.until(
                By.cssSelector("#head .status"), status -> status.getText().equals("succeeded"));
        browser.until(
                By.cssSelector("#events"),
                events -> events.getText().contains("checkpoint saved at step 3"));
        browser.until(By.cssSelector("[data-chart=loss] canvas"));
        browser.until(
                By.cssSelector("#evaluations"),
                scores -> scores.getText().contains("definitions_perplexity"));
        browser.press("by form");
        browser.until(By.cssSelector("#tradeoff[data-points='1'] canvas"));

        browser.goTo("#jobs");
        browser.until(By.cssSelector("#jobs tbody a")).click();
        browser.press("Clone with changes");
        browser.until(By.name("method.rank"), rank -> "2".equals(rank.getDomProperty("value")));
        browser.type("method.rank", "4");
        browser.type("method.alpha", "8");
        browser.press("Submit");
        browser.until(
                By.cssSelector("#head .status"), status -> status.getText().equals("succeeded"));
        browser.press("by form");
        browser.until(By.cssSelector("#tradeoff[data-points='2'] canvas"));

        browser.goTo("#jobs");
        browser.until(By.cssSelector("#jobs tbody tr"));
        for (int row = 0; row < 2; row++)
            browser.driver()
                    .findElements(By.cssSelector("#jobs tbody input[type=checkbox]"))
                    .get(row)
                    .click();
        browser.press("Compare 2");
        browser.until(By.cssSelector("#curves canvas"));
        browser.until(By.cssSelector("tr"), row -> row.getText().equals("method.rank 4 2"));
        browser.until(
                By.cssSelector("#scores"), scores -> scores.getText().contains("95 % interval"));

        browser.driver().findElement(By.cssSelector("ol a")).click();
        browser.press("Download");
        Path archive = Awaitility.await().until(DashboardTests::downloaded, file -> file != null);
        assertThat(members(archive)).contains("adapter_config.json", "adapter_model.safetensors");
        browser.saysNothingToTheConsole();
    }

    @Test
    void aRestartDuringTheLiveViewIsSaidAndTheViewGoesOn() throws Exception {
        int port = freePort();
        Path its = Files.createTempDirectory(home, "restarted");
        String[] arguments = {"--server.port=" + port};
        String job;
        RunningService first = RunningService.start(its, arguments);
        try (first) {
            Api other = new Api(first.client());
            String experiment = experiment(other, "restarted");
            job =
                    other.post("jobs", JOB.formatted(experiment, "long", 100_000), 202)
                            .get("id")
                            .stringValue();
            browser.open("http://127.0.0.1:%d/jobs/%s".formatted(port, job));
            browser.until(By.cssSelector("[data-chart=loss] canvas"));
        }
        browser.until(
                By.cssSelector("#head"), head -> head.getText().contains("The connection is lost"));
        try (RunningService second = RunningService.start(its, arguments)) {
            browser.until(By.cssSelector("#head"), head -> head.getText().contains("live"));
            browser.until(
                    By.cssSelector("#events"),
                    events -> events.getText().contains("attempt 2 began"));
            browser.press("cancel");
            browser.until(
                    By.cssSelector("#head .status"),
                    status -> status.getText().equals("cancelled"));
            JsonNode listed = new Api(second.client()).get("jobs/" + job + "/events").get("data");
            assertThat(browser.driver().findElements(By.cssSelector("#events li")))
                    .hasSize(listed.size());
        }
        browser.console(); // says that the service did not answer
    }

    @Test
    void whatTheServiceRefusesIsSaidAtItsField() {
        String experiment = experiment(api, "refused");
        browser.open(page("/submit?experiment=" + experiment));
        browser.type("dataset.train", "nothing");
        browser.type("method.rank", "0");
        browser.type("method.alpha", "many");
        browser.type("training.learning_rate", "1e-3");
        browser.type("training.max_steps", "1");

        fault("/method/rank", "must be between 1 and");
        fault("/method/alpha", "must be");
        browser.type("method.rank", "2");
        browser.type("method.alpha", "4");
        fault("/dataset/train", "nothing");
        browser.press("Submit");
        browser.until(
                By.name("dataset.train"),
                one ->
                        "true".equals(one.getDomAttribute("aria-invalid"))
                                && one.equals(browser.driver().switchTo().activeElement()));
        assertThat(api.get("jobs?experiment=" + experiment).get("data")).isEmpty();
    }

    @Test
    void hostileNamesAreTextEverywhereAndFitTheWindow() {
        String named = Binder.JSON.writeValueAsString(HOSTILE);
        String experiment =
                api.post(
                                "experiments",
                                """
                                {"name": %s, "description": %s, "base_model": "palimpsest-mini", "tags": {"team": %s},
                                 "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_perplexity"]}"""
                                        .formatted(
                                                named,
                                                Binder.JSON.writeValueAsString(
                                                        HOSTILE + "w".repeat(10_000)),
                                                named),
                                201)
                        .get("id")
                        .stringValue();
        String job =
                api.post("jobs", JOB.formatted(experiment, "x", 1).replace("\"x\"", named), 202)
                        .get("id")
                        .stringValue();
        api.until("jobs/" + job, "succeeded");
        byte[] line =
                Binder.JSON
                        .writeValueAsString(
                                java.util.Map.of(
                                        "prompt",
                                        HOSTILE + "w".repeat(10_000),
                                        "completion",
                                        HOSTILE))
                        .getBytes(StandardCharsets.UTF_8);
        api.upload("hostile", "prompt_completion", "hostile.jsonl", line)
                .expectStatus()
                .is2xxSuccessful();
        api.until("datasets/hostile", "ready");
        String evaluation = api.get("jobs/" + job + "/evaluations").at("/data/0/id").stringValue();
        browser.console();

        for (int width : new int[] {1280, 390}) {
            browser.resize(width, 900);
            for (String path :
                    List.of(
                            "/",
                            "/experiments/" + experiment,
                            "/jobs/" + job,
                            "/evaluations/" + evaluation + "?job=" + job + "&step=1",
                            "/compare?jobs=" + job,
                            "/submit?from=" + job,
                            "/datasets/hostile",
                            "/catalog?part=datasets")) {
                browser.open(page(path));
                if (path.contains("/jobs/")) browser.until(By.cssSelector("#evaluations table"));
                if (path.contains("/datasets/")) browser.until(By.cssSelector("#preview .tokens"));
                assertThat(browser.driver().getTitle())
                        .isNotEqualTo("owned")
                        .endsWith("Palimpsest");
                if (path.equals("/") || path.matches("/(exp|jobs|evaluations).*"))
                    assertThat(browser.text()).contains("<script>document.title='owned'</script>");
                assertThat(
                                (Long)
                                        browser.script(
                                                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                        .as(path + " at " + width)
                        .isLessThanOrEqualTo(0);
            }
        }
        browser.resize(1280, 1000);
        browser.saysNothingToTheConsole();
    }

    @Test
    void noPageHasWhatKeepsSomebodyOut() {
        String experiment = experiment(api, "for everybody");
        String job =
                api.post("jobs", JOB.formatted(experiment, "a job", 1), 202)
                        .get("id")
                        .stringValue();
        api.until("jobs/" + job, "succeeded");
        List<String> serious = new ArrayList<>();
        for (String path :
                List.of(
                        "/",
                        "/experiments/" + experiment,
                        "/jobs/" + job,
                        "/submit?from=" + job,
                        "/catalog?part=models",
                        "/catalog?part=tasks",
                        "/datasets/gsm8k-train",
                        "/workers",
                        "/compare?jobs=" + job,
                        pairOf(job))) {
            browser.open(page(path));
            for (Rule rule : new AxeBuilder().analyze(browser.driver()).getViolations())
                if (List.of("serious", "critical").contains(rule.getImpact()))
                    serious.add(
                            path
                                    + ": "
                                    + rule.getId()
                                    + " "
                                    + rule.getNodes().getFirst().getHtml());
        }
        assertThat(serious).isEmpty();
    }

    @Test
    void theFirstViewIsSmallAndAsksOnceHoweverManyJobsThereAre() {
        String experiment = experiment(api, "many");
        for (int i = 0; i < 500; i++)
            api.post(
                    "jobs",
                    JOB.formatted(experiment, "job " + i, 10)
                            .replace("\"dataset\"", "\"executor\": \"external\", \"dataset\""),
                    202);

        for (String path : List.of("/", "/experiments/" + experiment)) {
            browser.open(page(path));
            if (!path.equals("/")) {
                browser.goTo("#jobs");
                browser.until(By.cssSelector("#jobs tbody tr"));
            }
            List<?> sizes =
                    (List<?>)
                            browser.script(
                                    "return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(one => one.encodedBodySize)");
            long asked =
                    (Long)
                            browser.script(
                                    "return performance.getEntriesByType('resource').filter(one => one.name.includes('/api/')).length");
            assertThat(sizes.stream().mapToLong(size -> ((Number) size).longValue()).sum())
                    .as(path)
                    .isLessThan(300_000);
            assertThat(asked).as(path).isLessThanOrEqualTo(path.equals("/") ? 1 : 12);
        }
        assertThat(browser.driver().findElements(By.cssSelector("#jobs tbody tr"))).hasSize(500);
    }

    /** The page of a checkpoint's score beside the base model's of the same task. */
    private static String pairOf(String job) {
        JsonNode scores = api.get("jobs/" + job + "/evaluations").get("data");
        JsonNode base = scores.get(0);
        for (JsonNode score : scores)
            if (score.get("step").asInt() > 0 && score.get("task").equals(base.get("task")))
                return "/evaluations/%s?against=%s"
                        .formatted(score.get("id").stringValue(), base.get("id").stringValue());
        throw new AssertionError("the checkpoint of " + job + " has no score: " + scores);
    }

    private static void fault(String pointer, String words) {
        browser.until(
                By.cssSelector("[data-pointer='" + pointer + "'] .fault"),
                fault -> fault.getText().contains(words));
    }

    private static String page(String path) {
        return "http://127.0.0.1:" + service.port() + path;
    }

    private static String experiment(Api api, String name) {
        return api.post(
                        "experiments",
                        """
                        {"name": "%s", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_perplexity"]}"""
                                .formatted(name),
                        201)
                .get("id")
                .stringValue();
    }

    private static Path downloaded() throws IOException {
        try (Stream<Path> files = Files.list(downloads)) {
            return files.filter(file -> file.toString().endsWith(".tar")).findFirst().orElse(null);
        }
    }

    private static List<String> members(Path archive) throws IOException {
        List<String> names = new ArrayList<>();
        try (InputStream bytes = Files.newInputStream(archive);
                TarArchiveInputStream tar = new TarArchiveInputStream(bytes)) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry())
                names.add(Path.of(entry.getName()).getFileName().toString());
        }
        return names;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
