package dev.palimpsest.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.palimpsest.SettableClock;
import dev.palimpsest.home.Home;
import dev.palimpsest.home.Underway;
import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Artifacts in a server that speaks S3's protocol and compares sums. */
class BucketTests {
    private static final int PART = 5 << 20;

    @TempDir static Path objects;
    private static S3Server server;
    private static S3Client client;
    private static S3Presigner presigner;
    private static S3Settings settings;

    @TempDir Path folder;
    private Home home;
    private S3Artifacts artifacts;

    @BeforeAll
    static void start() throws IOException {
        server = S3Server.start(objects);
        settings = server.as("shared/");
        client = ArtifactsConfiguration.client(settings);
        presigner = ArtifactsConfiguration.presigner(settings);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        presigner.close();
        client.close();
        server.close();
    }

    @BeforeEach
    void anotherMachine() {
        home = Home.open(folder.resolve("home"));
        artifacts = new S3Artifacts(bucket(Clock.systemUTC()), true, home, roomy(home));
    }

    static Copies roomy(Home home) {
        return new Copies(
                home, List::of, 1L << 40, new Underway(Clock.systemUTC()), Clock.systemUTC());
    }

    @Test
    void whatWasNotReadForTheLongestTimeMakesRoomUnlessItIsInUse() throws IOException {
        SettableClock clock = new SettableClock(Instant.now());
        Underway underway = new Underway(clock);
        List<Named.Folder> named = new ArrayList<>();
        S3Artifacts bounded =
                new S3Artifacts(
                        bucket(Clock.systemUTC()),
                        true,
                        home,
                        new Copies(home, () -> named, 2500, underway, clock));
        for (String name : List.of("one", "two", "three", "four"))
            named.add(
                    new Named.Folder(
                            "models/" + name, List.of(stored("config-" + name + ".json", 1000))));
        read(bounded, named.get(0));
        clock.advance(Duration.ofHours(1));
        read(bounded, named.get(1));
        clock.advance(Duration.ofHours(1));
        read(bounded, named.get(0));
        clock.advance(Duration.ofHours(1));

        read(bounded, named.get(2));

        assertThat(bounded.copies(home.models()))
                .hasValueSatisfying(
                        names -> assertThat(names).containsExactlyInAnyOrder("one", "three"));
        try (Underway.Stay _ = underway.begin()) {
            read(bounded, named.get(0));
            read(bounded, named.get(2));
            clock.advance(Duration.ofHours(5));
            read(bounded, named.get(3));
            assertThat(bounded.copies(home.models()).orElseThrow())
                    .as("both are in use")
                    .containsExactlyInAnyOrder("one", "three", "four");
        }
        clock.advance(Duration.ofHours(1));
        read(bounded, named.get(1));
        assertThat(bounded.copies(home.models()).orElseThrow()).hasSize(2).contains("two");
        Path unnamed = Files.createDirectories(home.models().resolve("being-imported"));
        Files.writeString(unnamed.resolve("half"), "x".repeat(3000));
        clock.advance(Duration.ofHours(1));
        read(bounded, named.get(0));
        assertThat(unnamed.resolve("half")).exists();
    }

    private static void read(S3Artifacts artifacts, Named.Folder folder) {
        artifacts.verified(folder.folder(), folder.files());
    }

    @Test
    void whatOneMachineStoresAnotherReads() throws IOException {
        Artifact stored = stored("config.json", 1000);

        Path place = artifacts.verified("models/one", List.of(stored));

        assertThat(place).isEqualTo(home.models().resolve("one"));
        assertThat(Sha256.of(place.resolve("config.json"))).isEqualTo(stored.sha256());
    }

    @Test
    void aLargeFileIsSentInPartsAndReadWhole() throws IOException {
        Artifact stored = stored("model.safetensors", 2 * PART + 12_345);

        Path place = artifacts.verified("models/large", List.of(stored));

        assertThat(Sha256.of(place.resolve(stored.path()))).isEqualTo(stored.sha256());
        assertThat(uploads()).isZero();
    }

    @Test
    void anUploadThatWasCutOffIsGoneOnWith() throws IOException {
        Artifact file = written("cut.safetensors", 2 * PART + 1);
        byte[] bytes = Files.readAllBytes(folder.resolve(file.path()));
        String key = key(file);
        String upload =
                client.createMultipartUpload(
                                asked ->
                                        asked.bucket(S3Server.BUCKET)
                                                .key(key)
                                                .checksumAlgorithm(ChecksumAlgorithm.SHA256))
                        .uploadId();
        Instant before = sentPart(key, upload, Arrays.copyOf(bytes, PART));
        assertThat(artifacts.missing("models/cut", List.of(file))).contains(file);

        artifacts.store(folder, List.of(file));

        assertThat(artifacts.missing("models/cut", List.of(file))).isEmpty();
        assertThat(uploads()).isZero();
        Path place = artifacts.verified("models/cut", List.of(file));
        assertThat(Sha256.of(place.resolve(file.path()))).isEqualTo(file.sha256());
        assertThat(before).isBefore(Instant.now());
    }

    @Test
    void aFileThatIsNotWhatItsRowWillSayIsNotFiled() throws IOException {
        Artifact small = written("small.bin", 1000);
        Artifact large = written("large.bin", 2 * PART);
        for (Artifact file : List.of(small, large)) flip(folder.resolve(file.path()));

        assertThatExceptionOfType(Damaged.class)
                .isThrownBy(() -> artifacts.store(folder, List.of(small)))
                .withMessageContaining("small.bin is damaged");
        assertThatExceptionOfType(Damaged.class)
                .isThrownBy(() -> artifacts.store(folder, List.of(large)))
                .withMessageContaining("large.bin is damaged");

        assertThat(artifacts.missing("models/x", List.of(small))).contains(small);
        assertThat(artifacts.missing("models/x", List.of(large))).contains(large);
        assertThat(uploads()).isZero();
    }

    @Test
    void aCutAndAChangedObjectAreNoticedAndNamed() throws IOException {
        Artifact cut = stored("adapter_model.safetensors", 3000);
        Artifact changed = stored("optimizer.safetensors", 4000);
        byte[] half = Arrays.copyOf(Files.readAllBytes(folder.resolve(cut.path())), 1500);
        client.putObject(
                asked -> asked.bucket(S3Server.BUCKET).key(key(cut)), RequestBody.fromBytes(half));
        server.harm(changed.sha256());

        assertThatExceptionOfType(Damaged.class)
                .isThrownBy(() -> artifacts.verified("jobs/j/attempt-1/step-4", List.of(cut)))
                .withMessageContaining(
                        "jobs/j/attempt-1/step-4/adapter_model.safetensors is damaged: it has 1,500"
                                + " bytes of 3,000");
        assertThatExceptionOfType(Damaged.class)
                .isThrownBy(() -> artifacts.verified("jobs/j/attempt-1/step-4", List.of(changed)))
                .withMessageContaining("optimizer.safetensors is damaged: its SHA-256 is");
        assertThat(home.jobs().resolve("j/attempt-1/step-4")).isEmptyDirectory();
    }

    @Test
    void aCopyOnThisMachineThatChangedIsFetchedAgain() throws IOException {
        Artifact stored = stored("data.jsonl", 2000);
        Path copy = artifacts.verified("datasets/d", List.of(stored)).resolve("data.jsonl");
        flip(copy);

        artifacts.verified("datasets/d", List.of(stored));

        assertThat(Sha256.of(copy)).isEqualTo(stored.sha256());
    }

    @Test
    void aFolderWhoseNameWasGivenAnewHasNothingOfTheOldOne() throws IOException {
        Artifact old = stored("chat_template.jinja", 700);
        Artifact weights = stored("model.safetensors", 800);
        Path place = artifacts.verified("models/again", List.of(old, weights));

        artifacts.keepOnly("models/again", List.of(weights));

        assertThat(place.resolve("chat_template.jinja")).doesNotExist();
        assertThat(place.resolve("model.safetensors")).exists();
    }

    @Test
    void aLinkIsGoodWithoutCredentials() throws IOException {
        Artifact stored = stored("model-q8_0.gguf", 5000);

        URI link = artifacts.link(stored).orElseThrow();

        try (InputStream bytes = link.toURL().openStream()) {
            assertThat(bytes.readAllBytes())
                    .isEqualTo(Files.readAllBytes(folder.resolve(stored.path())));
        }
    }

    @Test
    void aSweepLeavesWhatIsNamedAndWhatIsYoung() throws IOException {
        Artifact named = stored("named.bin", 1500);
        Artifact orphan = stored("orphan.bin", 1600);
        client.createMultipartUpload(
                asked -> asked.bucket(S3Server.BUCKET).key("shared/sha256/ab/" + "ab".repeat(32)));
        Instant later = Instant.now().plusSeconds(60);

        artifacts.sweep(Instant.now().minusSeconds(60), _ -> false);
        assertThat(artifacts.missing("x", List.of(named, orphan))).isEmpty();
        artifacts.sweep(later, named.sha256()::equals);

        assertThat(artifacts.missing("x", List.of(orphan))).contains(orphan);
        assertThat(artifacts.missing("x", List.of(named))).isEmpty();
        assertThat(uploads()).isZero();
    }

    private Artifact stored(String name, int bytes) throws IOException {
        Artifact file = written(name, bytes);
        artifacts.store(folder, List.of(file));
        return file;
    }

    private Artifact written(String name, int bytes) throws IOException {
        byte[] random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        Path file = Files.write(folder.resolve(name), random);
        return new Artifact(name, bytes, Sha256.of(file));
    }

    private static Instant sentPart(String key, String upload, byte[] part) {
        Sha256 sum = new Sha256();
        sum.add(java.nio.ByteBuffer.wrap(part));
        String base64 = Base64.getEncoder().encodeToString(sum.bytes());
        client.uploadPart(
                asked ->
                        asked.bucket(S3Server.BUCKET)
                                .key(key)
                                .uploadId(upload)
                                .partNumber(1)
                                .checksumSHA256(base64),
                RequestBody.fromBytes(part));
        return Instant.now();
    }

    private static String key(Artifact file) {
        return "shared/sha256/" + file.sha256().substring(0, 2) + "/" + file.sha256();
    }

    private static int uploads() {
        return client.listMultipartUploads(asked -> asked.bucket(S3Server.BUCKET)).uploads().size();
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private static Bucket bucket(Clock clock) {
        return new Bucket(client, presigner, settings, Duration.ofHours(12), clock);
    }
}
