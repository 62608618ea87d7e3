package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.home.Home;
import dev.palimpsest.tables.SomeTables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

@ServiceTest
class DatasetFileTests {
    @Autowired RestTestClient client;
    @Autowired Home home;
    @TempDir Path folder;

    @Test
    void aParquetFileBecomesLinesOfItsMappedColumns() throws Exception {
        Path file =
                SomeTables.parquet(
                        folder.resolve("sums.parquet"),
                        "SELECT 'What is ' || range || '+1?' AS question, range + 1 AS answer FROM range(3)");

        upload(
                        file,
                        "from-parquet",
                        "prompt_completion",
                        Map.of(
                                "template",
                                "{\"prompt\": \"Q: {question}\\nA:\", \"completion\": \" {answer}\"}"))
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.documents")
                .isEqualTo(3)
                .jsonPath("$.file_format")
                .isEqualTo("parquet")
                .jsonPath("$.template.completion")
                .isEqualTo(" {answer}")
                .jsonPath("$.columns")
                .isEmpty();

        assertThat(stored("from-parquet"))
                .hasSize(3)
                .contains("{\"prompt\":\"Q: What is 2+1?\\nA:\",\"completion\":\" 3\"}");
        assertThat(home.datasets().resolve("from-parquet").toFile().list())
                .containsExactly("data.jsonl");
    }

    @Test
    void conversationsOfAParquetFileAreRead() throws Exception {
        Path file =
                SomeTables.parquet(
                        folder.resolve("talks.parquet"),
                        """
                        SELECT [{'from': 'human', 'value': 'q' || range},
                                {'from': 'gpt', 'value': 'a'}] AS conversations FROM range(2)""");

        upload(file, "talks", "messages", Map.of("columns", "{\"messages\": \"conversations\"}"))
                .expectStatus()
                .isCreated();

        assertThat(stored("talks").getLast())
                .isEqualTo(
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"q1\"},{\"role\":\"assistant\",\"content\":\"a\"}]}");
    }

    @Test
    void csvAndPlainTextAndMappedJsonLinesAreRead() throws IOException {
        upload(
                        write("a.csv", "question,answer\n\"1,\n1\",2\n3,4\n"),
                        "from-csv",
                        "prompt_completion",
                        Map.of("columns", "{\"prompt\": \"question\", \"completion\": \"answer\"}"))
                .expectStatus()
                .isCreated();
        upload(write("a.txt", "one\nmore\n\ntwo\n"), "from-text", "text", Map.of())
                .expectStatus()
                .isCreated();
        upload(write("b.txt", "one\nmore\n\ntwo\n"), "from-lines", "text", Map.of("split", "lines"))
                .expectStatus()
                .isCreated();
        upload(
                        write("a.jsonl", "{\"content\": \"x\", \"id\": 1}\n"),
                        "from-jsonl",
                        "text",
                        Map.of("columns", "{\"text\": \"content\"}"))
                .expectStatus()
                .isCreated();
        upload(write("a.dat", "text\tid\nx\t1\n"), "from-tsv", "text", Map.of("file_format", "tsv"))
                .expectStatus()
                .isCreated();

        assertThat(stored("from-csv").getFirst())
                .isEqualTo("{\"prompt\":\"1,\\n1\",\"completion\":\"2\"}");
        assertThat(stored("from-text"))
                .containsExactly("{\"text\":\"one\\nmore\"}", "{\"text\":\"two\"}");
        assertThat(stored("from-lines")).hasSize(3);
        assertThat(stored("from-jsonl")).containsExactly("{\"text\":\"x\"}");
        assertThat(stored("from-tsv")).containsExactly("{\"text\":\"x\"}");
    }

    @Test
    void badRowsAreNamed() throws IOException {
        String rows =
                IntStream.range(0, 300)
                        .mapToObj(i -> i % 2 == 0 ? "q,a\n" : "q,\n")
                        .collect(Collectors.joining());

        upload(
                        write("bad.csv", "prompt,completion\n" + rows),
                        "bad-rows",
                        "prompt_completion",
                        Map.of())
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors.length()")
                .isEqualTo(101)
                .jsonPath("$.errors[0].detail")
                .isEqualTo("150 of 300 rows are bad; the first 100 follow")
                .jsonPath("$.errors[1].detail")
                .isEqualTo("row 2: has an empty completion");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void anUnknownColumnIsAFaultThatListsThoseThereAre() throws IOException {
        Path file = write("c.csv", "instruction,output\nx,y\n");

        upload(
                        file,
                        "unknown",
                        "prompt_completion",
                        Map.of(
                                "template",
                                "{\"prompt\": \"{question}\"}",
                                "columns",
                                "{\"completion\": \"answer\"}"))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/template/prompt")
                .jsonPath("$.errors[0].detail")
                .isEqualTo("there is no column 'question'; the columns are instruction, output")
                .jsonPath("$.errors[1].pointer")
                .isEqualTo("/columns/completion");
        upload(file, "unknown", "prompt_completion", Map.of())
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].detail")
                .value(
                        String.class,
                        detail ->
                                assertThat(detail)
                                        .endsWith(
                                                "did you mean columns={\"prompt\": \"instruction\", \"completion\": \"output\"}?"));
        upload(
                        write("c.jsonl", "{\"question\": \"x\", \"answer\": \"y\"}\n"),
                        "unknown",
                        "prompt_completion",
                        Map.of())
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[2].pointer")
                .isEqualTo("/columns/prompt");
    }

    @Test
    void everyFaultOfAMappingIsSaidAtOnce() throws IOException {
        upload(
                        write("x.xlsx", "x"),
                        "faulty",
                        "prompt_completion",
                        Map.of(
                                "columns",
                                "{\"text\": \"a\", \"prompt\": 7}",
                                "template",
                                "{\"completion\": \"{a\"}",
                                "split",
                                "words"))
                .expectStatus()
                .isEqualTo(422)
                .expectBody(String.class)
                .value(
                        body ->
                                assertThat(body)
                                        .contains(
                                                "\"/columns/text\"",
                                                "\"/columns/prompt\"",
                                                "\"/template/completion\"",
                                                "\"/split\"",
                                                "\"/file_format\""));
    }

    @Test
    void aMappingThatIsMadeToBreakItsReaderIsRefused() throws IOException {
        for (String deep : List.of("[".repeat(100_000), "{\"a\":".repeat(100_000)))
            for (String field : List.of("columns", "template"))
                upload(write("x.csv", "a\n1\n"), "deep", "text", Map.of(field, deep))
                        .expectStatus()
                        .isEqualTo(422)
                        .expectBody()
                        .jsonPath("$.errors[0].pointer")
                        .isEqualTo("/" + field);
    }

    @Test
    void filesThatAreNotWhatTheySayAreRefused() throws IOException {
        String names =
                IntStream.range(0, 10_000).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        for (Path file :
                List.of(
                        write("wide.csv", names + "\n" + names + "\n"),
                        write("none.parquet", "PAR1 but nothing else PAR1"),
                        write("none.pq", "nothing"),
                        write("empty.csv", ""),
                        write("head.csv", "text\n"),
                        write("empty.txt", "\n\n"),
                        Files.write(
                                folder.resolve("packed.jsonl"),
                                new byte[] {0x1f, (byte) 0x8b, 8, 0}),
                        Files.write(folder.resolve("latin.txt"), new byte[] {(byte) 0xe9, 'x'})))
            upload(file, "refused", "text", Map.of())
                    .expectStatus()
                    .isEqualTo(422)
                    .expectBody()
                    .jsonPath("$.errors[0].pointer")
                    .isEqualTo("/file");
        assertThat(leftovers()).isEmpty();
        try (Stream<Path> uploads = Files.list(home.uploads())) {
            assertThat(uploads).isEmpty();
        }
    }

    @Test
    void aPreviewShowsTokensAndWhichCarryLoss() {
        String base = "/api/v1/datasets/gsm8k-validation/preview?model=palimpsest-mini";
        client.get()
                .uri(base + "&limit=2")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.data.length()")
                .isEqualTo(2)
                .jsonPath("$.data[0].line")
                .isEqualTo(1)
                .jsonPath("$.data[0].text")
                .value(String.class, text -> assertThat(text).startsWith("Question: "))
                .jsonPath("$.data[0].loss[0]")
                .isEqualTo(false)
                .jsonPath("$.data[0].loss[-1]")
                .isEqualTo(true)
                .jsonPath("$.data[0].pieces[-1]")
                .isEqualTo("<|endoftext|>")
                .jsonPath("$.data[0].ids[-1]")
                .isEqualTo(0);
        client.get()
                .uri(base + "&limit=1&regime=pretraining")
                .exchange()
                .expectBody()
                .jsonPath("$.data[0].loss[1]")
                .isEqualTo(true);
    }

    @Test
    void aPreviewOfWhatIsNotThereIsAProblem() {
        String base = "/api/v1/datasets/";
        status(base + "nope/preview?model=palimpsest-mini", 404);
        status(base + "gsm8k-train/preview?model=nope", 404);
        status(base + "gsm8k-train/preview", 400);
        status(base + "gsm8k-train/preview?model=palimpsest-mini&limit=0", 400);
        status(base + "gsm8k-train/preview?model=palimpsest-mini&regime=other", 400);
        status(base + "gsm8k-train/contamination?task=nope", 404);
        status(base + "nope/contamination?task=gsm8k_perplexity", 404);
        status(base + "gsm8k-train/contamination", 400);
        status(base + "gsm8k-train/contamination?task=gsm8k_perplexity&words=0", 400);
    }

    @Test
    void itemsOfATaskThatADatasetHoldsAreFound() throws IOException {
        String item =
                "Janet\u2019s ducks lay 16 eggs per day. She eats three for breakfast every morning and bakes muffins for her friends every day with four.";
        upload(write("leak.txt", "nothing\n\n" + item + "\n"), "leaking", "text", Map.of())
                .expectStatus()
                .isCreated();

        client.get()
                .uri(
                        "/api/v1/datasets/leaking/contamination?task=gsm8k_perplexity&task=definitions_choice")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.data[0].task")
                .isEqualTo("gsm8k_perplexity")
                .jsonPath("$.data[0].items_hit")
                .isEqualTo(1)
                .jsonPath("$.data[0].examples[0].line")
                .isEqualTo(2)
                .jsonPath("$.data[0].examples[0].item")
                .isEqualTo(0)
                .jsonPath("$.data[0].examples[0].text")
                .value(String.class, text -> assertThat(text).startsWith("Janet").endsWith("four"))
                .jsonPath("$.data[1].items_hit")
                .isEqualTo(0);
    }

    private void status(String path, int status) {
        client.get().uri(path).exchange().expectStatus().isEqualTo(status);
    }

    private RestTestClient.ResponseSpec upload(
            Path file, String name, String format, Map<String, String> more) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("name", name);
        form.add("format", format);
        more.forEach(form::add);
        form.add("file", new FileSystemResource(file));
        return client.post()
                .uri("/api/v1/datasets")
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form)
                .exchange();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
    }

    private List<String> stored(String name) throws IOException {
        return Files.readAllLines(home.datasets().resolve(name).resolve("data.jsonl"));
    }

    private List<Path> leftovers() throws IOException {
        try (Stream<Path> entries = Files.list(home.datasets())) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(".")).toList();
        }
    }
}
