package dev.palimpsest.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.home.Home;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class CheckpointArchiveTests {
    private static final long TEN_GIGABYTES = 10L << 30;
    private static final long ARCHIVED = 512 + TEN_GIGABYTES + 1024;

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired Checkpoints checkpoints;
    @Autowired Home home;

    @Test
    void theEndOfAnArchiveOfTenGigabytesIsServedAtOnce() throws IOException {
        String archive = "/api/v1/checkpoints/" + largeCheckpoint() + "/archive";

        client.method(HttpMethod.HEAD)
                .uri(archive)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentLength(ARCHIVED)
                .expectHeader()
                .valueEquals(HttpHeaders.ACCEPT_RANGES, "bytes");
        client.get()
                .uri(archive)
                .header(HttpHeaders.RANGE, "bytes=" + (ARCHIVED - 1024 - 3) + "-")
                .exchange()
                .expectStatus()
                .isEqualTo(206)
                .expectHeader()
                .contentLength(1024 + 3)
                .expectBody()
                .consumeWith(
                        answer ->
                                assertThat(answer.getResponseBodyContent())
                                        .isEqualTo(
                                                Arrays.copyOf(
                                                        "end".getBytes(StandardCharsets.US_ASCII),
                                                        1024 + 3)));
    }

    private String largeCheckpoint() throws IOException {
        SomeJobs some = new SomeJobs(context);
        Job job = some.queued(some.experiment());
        Path folder = home.jobs().resolve(job.id()).resolve("attempt-1/step-1");
        Path file = Files.createDirectories(folder).resolve("model.safetensors");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(TEN_GIGABYTES);
            sparse.seek(TEN_GIGABYTES - 3);
            sparse.write("end".getBytes(StandardCharsets.US_ASCII));
        }
        Checkpoint checkpoint =
                new Checkpoint(
                        "ckpt_large",
                        job.id(),
                        1,
                        1,
                        0.1,
                        10,
                        "model",
                        false,
                        home.root().relativize(folder).toString(),
                        List.of(new Checkpoint.File("model.safetensors", TEN_GIGABYTES, "abc")),
                        "abc");
        checkpoints.save(checkpoint);
        return checkpoint.id();
    }
}
