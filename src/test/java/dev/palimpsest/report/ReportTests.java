package dev.palimpsest.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.jobs.SomeJobs;
import java.io.StringReader;
import java.util.List;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Of an experiment whose names are meant to do harm, and whose scores were filed by hand. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class ReportTests {
    private static final String HOSTILE =
            "<script>alert(1)</script> | `code` ${7*7} [[${7*7}]] ]]> <!-- \"quoted\" 'too'";

    private static final String SWEEP =
            """
            {"name": "a | sweep </pre><script>alert(2)</script> ```",
             "template": {"dataset": {"train": "gsm8k-train"}, "tags": {"note": "``` </pre><script>alert(3)</script>"}},
             "grid": [{"method": [{"type": "full"}], "training.learning_rate": [1e-4, 1e-3], "training.max_steps": [10, 20],
                       "training.seed": [1, 2]},
                      {"method": [{"type": "lora"}], "method.rank": [4, 16], "training.learning_rate": [1e-3, 1e-2],
                       "training.max_steps": [10, 20], "training.seed": [1, 2]}]}""";

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    private String experiment;

    @BeforeEach
    void anExperimentWithHostileNames() {
        Api api = new Api(client);
        experiment = new SomeJobs(context).experiment();
        database.sql("update experiments set name = ?, description = ? where id = ?")
                .param(HOSTILE)
                .param(HOSTILE)
                .param(experiment)
                .update();
        List<String> jobs =
                api.post("experiments/" + experiment + "/sweeps", SWEEP, 202)
                        .get("cells")
                        .valueStream()
                        .map(cell -> cell.get("job").stringValue())
                        .toList();
        for (int i = 0; i < jobs.size(); i++) scored(jobs.get(i), i);
    }

    @Test
    void itIsOneWellFormedPageThatLoadsAndRunsNothing() throws Exception {
        String html = report("");
        Document page = parsed(html.replaceFirst("<!DOCTYPE html>", ""));

        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(page.getElementsByTagName("h1").item(0).getTextContent()).isEqualTo(HOSTILE);
        assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(4);
        assertThat(html).doesNotContainPattern("(?:src|href)=\"https?:");
        assertThat(page.getElementsByTagName("li").getLength()).isGreaterThan(15);
        assertThat(html)
                .contains("LoRA learns less: supported on this data, difference 0.")
                .contains("content sha256 abc")
                .contains("Task gsm8k_perplexity")
                .contains("libtorch");
    }

    @Test
    void namesAreTextInMarkdownToo() {
        String markdown = report("?format=markdown");

        assertThat(markdown)
                .startsWith(
                        "# &lt;script&gt;alert\\(1\\)&lt;/script&gt; \\| \\`code\\` $\\{7\\*7\\}")
                .contains("![Learning against duration](data:image/svg+xml;base64,")
                .doesNotContain("[[49]]");
        boolean within = false;
        for (String line : markdown.lines().toList()) {
            if (line.startsWith("```")) {
                assertThat(line).isEqualTo(within ? "```" : "```json");
                within = !within;
            } else if (!within) assertThat(line).doesNotContain("<script");
        }
        assertThat(within).isFalse();
        assertThat(report("?format=markdown&by=bits_per_byte"))
                .contains("minus bits per byte; fewer bits are better");
    }

    @Test
    void acceptChoosesMarkdownAndFormatOverridesIt() {
        assertThat(type("", "text/markdown")).isEqualTo("text/markdown;charset=UTF-8");
        assertThat(type("", "text/html,*/*;q=0.8")).isEqualTo("text/html;charset=UTF-8");
        assertThat(type("?format=html", "text/markdown")).isEqualTo("text/html;charset=UTF-8");
        client.get()
                .uri("/api/v1/experiments/" + experiment + "/report?format=pdf")
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void anExperimentWithoutRunsHasAReportThatSaysSo() {
        experiment = new SomeJobs(context).experiment();

        assertThat(report(""))
                .contains("No run of this experiment has ended")
                .contains("No checkpoint is scored yet");
    }

    private String type(String query, String accept) {
        return client.get()
                .uri("/api/v1/experiments/" + experiment + "/report" + query)
                .header(HttpHeaders.ACCEPT, accept)
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(String.class)
                .getResponseHeaders()
                .getFirst(HttpHeaders.CONTENT_TYPE);
    }

    private String report(String query) {
        return client.get()
                .uri("/api/v1/experiments/" + experiment + "/report" + query)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
    }

    private static Document parsed(String xhtml) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xhtml)));
    }

    /** Full finetuning learns most, longer runs more, the best rates are the higher ones. */
    private void scored(String job, int i) {
        boolean full = i < 8;
        boolean highRate = full ? i / 4 % 2 == 1 : (i - 8) / 4 % 2 == 1;
        boolean isLong = i / 2 % 2 == 1;
        int steps = isLong ? 20 : 10;
        double learned =
                (full ? 0.9 : i < 16 ? 0.5 : 0.7) * (highRate ? 1 : 0.6) * (isLong ? 1.2 : 1)
                        + i % 2 * 0.03
                        + i / 2 % 4 * 0.002;
        database.sql("update jobs set total_steps = ?, step = ? where id = ?")
                .param(steps)
                .param(steps)
                .param(job)
                .update();
        database.sql(
                        """
                        insert into checkpoints (id, job, attempt, step, epoch, tokens, kind, folder, files, content, created_at)
                        values (?, ?, 1, ?, 1, ?, 'model', 'f', '[]', 'c', now())""")
                .param("ckpt_" + UUID.randomUUID())
                .param(job)
                .param(steps)
                .param(steps * 100)
                .update();
        scored(job, 0, "gsm8k_perplexity", 2.0);
        scored(job, 0, "definitions_perplexity", 1.0);
        scored(job, steps, "gsm8k_perplexity", 2 - learned);
        scored(job, steps, "definitions_perplexity", 1 + learned * (full ? 0.4 : 0.2));
    }

    private void scored(String job, long step, String task, double bits) {
        String id = "eval_" + UUID.randomUUID();
        database.sql(
                        """
                        insert into evaluations (id, fingerprint, model, task, convention, metrics, items, created_at)
                        values (:id, :id, 'tiny', :task, 'lm_eval', jsonb_build_object('bits_per_byte',
                            jsonb_build_object('value', cast(:bits as double precision), 'stderr', 0.01)), 100, now())""")
                .param("id", id)
                .param("task", task)
                .param("bits", bits)
                .update();
        database.sql(
                        "insert into job_evaluations (job, step, task, evaluation) values (:job, :step, :task, :id)")
                .param("job", job)
                .param("step", step)
                .param("task", task)
                .param("id", id)
                .update();
    }
}
