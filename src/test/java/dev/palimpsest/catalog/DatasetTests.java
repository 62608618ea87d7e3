package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.home.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

@ServiceTest
class DatasetTests {
    @Autowired RestTestClient client;
    @Autowired Home home;

    @Test
    void anUploadedDatasetIsListedAndItsBytesAreKept() throws IOException {
        String lines = lines(3);

        upload("kept", "text", lines)
                .expectStatus()
                .isCreated()
                .expectHeader()
                .valueEquals("location", "/api/v1/datasets/kept")
                .expectBody()
                .jsonPath("$.documents")
                .isEqualTo(3)
                .jsonPath("$.format")
                .isEqualTo("text")
                .jsonPath("$.licence")
                .isEmpty();

        assertThat(home.datasets().resolve("kept/data.jsonl")).hasContent(lines);
        get("kept").expectStatus().isOk();
    }

    @Test
    void oneBadLineInTenThousandIsNamedAndNothingIsRegistered() throws IOException {
        String lines = lines(4710) + "{\"text\": 7}\n" + lines(5289);

        upload("bad-line", "text", lines)
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors.length()")
                .isEqualTo(2)
                .jsonPath("$.errors[0].detail")
                .isEqualTo("1 of 10000 lines are bad")
                .jsonPath("$.errors[1].pointer")
                .isEqualTo("/file")
                .jsonPath("$.errors[1].detail")
                .value(String.class, detail -> assertThat(detail).startsWith("line 4711: "));

        get("bad-line").expectStatus().isNotFound();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void ofManyBadLinesAHundredAreNamed() {
        upload("many-bad", "messages", lines(250))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors.length()")
                .isEqualTo(101)
                .jsonPath("$.errors[0].detail")
                .isEqualTo("250 of 250 lines are bad; the first 100 follow");
    }

    @Test
    void anEmptyDatasetIsRefused() {
        upload("empty", "text", "").expectStatus().isEqualTo(422);
        get("empty").expectStatus().isNotFound();
    }

    @Test
    void everyFaultOfTheFormIsSaidAtOnce() {
        upload("No Name", "poetry", null)
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors.length()")
                .isEqualTo(3);
    }

    @Test
    void aNameIsTakenOnce() {
        upload("taken", "text", lines(1)).expectStatus().isCreated();

        upload("taken", "text", lines(2))
                .expectStatus()
                .isEqualTo(409)
                .expectHeader()
                .valueEquals("x-should-retry", "false");
    }

    @Test
    void ofTwoUploadsOfOneNameAtOnceOneIsRegistered() {
        List<Integer> statuses =
                IntStream.range(0, 4)
                        .parallel()
                        .mapToObj(i -> upload("raced", "text", lines(i + 1)))
                        .map(answer -> answer.returnResult().getStatus().value())
                        .sorted()
                        .toList();

        assertThat(statuses).containsExactly(201, 409, 409, 409);
    }

    @Test
    void aDeletedDatasetIsGoneAndItsNameFree() {
        upload("gone", "text", lines(1)).expectStatus().isCreated();

        client.delete().uri("/api/v1/datasets/gone").exchange().expectStatus().isNoContent();

        get("gone").expectStatus().isNotFound();
        assertThat(home.datasets().resolve("gone")).doesNotExist();
        upload("gone", "text", lines(1)).expectStatus().isCreated();
    }

    @Test
    void theBuiltInOnesAreThereAndStay() {
        get("gsm8k-train").expectBody().jsonPath("$.built_in").isEqualTo(true);
        assertThat(home.datasets().resolve("definitions-validation/data.jsonl")).isNotEmptyFile();
        client.delete()
                .uri("/api/v1/datasets/gsm8k-train")
                .exchange()
                .expectStatus()
                .isEqualTo(409);
    }

    @Test
    void aListIsReadPageByPage() {
        client.get()
                .uri("/api/v1/datasets?limit=1&after=definitions-train")
                .exchange()
                .expectBody()
                .jsonPath("$.data[0].name")
                .isEqualTo("definitions-validation")
                .jsonPath("$.last_id")
                .isEqualTo("definitions-validation")
                .jsonPath("$.has_more")
                .isEqualTo(true);
    }

    private RestTestClient.ResponseSpec upload(
            String name, String format, @org.jspecify.annotations.Nullable String lines) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("name", name);
        form.add("format", format);
        if (lines != null)
            form.add(
                    "file",
                    new ByteArrayResource(lines.getBytes(StandardCharsets.UTF_8)) {
                        @Override
                        public String getFilename() {
                            return "data.jsonl";
                        }
                    });
        return client.post()
                .uri("/api/v1/datasets")
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form)
                .exchange();
    }

    private RestTestClient.ResponseSpec get(String name) {
        return client.get().uri("/api/v1/datasets/" + name).exchange();
    }

    private List<Path> leftovers() throws IOException {
        try (Stream<Path> entries = Files.list(home.datasets())) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(".")).toList();
        }
    }

    private static String lines(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"text\": \"line %d\"}\n".formatted(i))
                .collect(Collectors.joining());
    }
}
