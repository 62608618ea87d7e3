package dev.palimpsest.artifacts;

import dev.palimpsest.home.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What services have left in home folders and in the bucket that they share. */
public final class Remains implements AutoCloseable {
    private final Named named;
    private final List<Home> homes;
    private final S3Client client;
    private final Bucket bucket;

    public Remains(S3Server server, List<Path> homes, JdbcClient database) {
        S3Settings settings = server.as("tests/");
        this.named = new Named(database);
        this.homes = homes.stream().map(Home::new).toList();
        this.client = ArtifactsConfiguration.client(settings);
        this.bucket =
                new Bucket(
                        client,
                        ArtifactsConfiguration.presigner(settings),
                        settings,
                        Duration.ofHours(1),
                        Clock.systemUTC());
    }

    /** As the service does once what nobody names is old enough. */
    public void sweep() throws IOException {
        Instant later = Instant.now().plusSeconds(60);
        for (Home home : homes) new HomeSweep(home, named.places(), named.jobs(), later).run();
        bucket.sweep(later, named.sums()::contains);
    }

    /** The sums of what is stored. */
    public Set<String> stored() {
        return client
                .listObjectsV2Paginator(asked -> asked.bucket(S3Server.BUCKET))
                .contents()
                .stream()
                .map(S3Object::key)
                .map(key -> key.substring(key.lastIndexOf('/') + 1))
                .collect(Collectors.toSet());
    }

    /** The sums of what rows name. */
    public Set<String> named() {
        return named.sums();
    }

    /** What lies where artifacts do, below the home folders, and is named by no row. */
    public Set<String> unnamed() throws IOException {
        Set<String> unnamed = new TreeSet<>();
        for (Home home : homes) unnamed.addAll(folders(home));
        unnamed.removeAll(named.places());
        return unnamed;
    }

    private static Set<String> folders(Home home) throws IOException {
        Set<String> folders = new TreeSet<>();
        try (Stream<Path> all = Files.walk(home.root(), 4)) {
            for (Path path : all.toList()) {
                String below = home.root().relativize(path).toString();
                if (below.matches("jobs/[^/]+/[^/]+/[^/]+") && Files.isDirectory(path)
                        || below.matches("(exports|datasets|models|files)/[^/]+")
                                && !below.startsWith("models/.tokenizer-")) folders.add(below);
            }
        }
        return folders;
    }

    /**
     * Compares each file that a row names with its sum; throws {@link Damaged} naming the first.
     *
     * @param cache a folder that has room for all of them, as a service's own disk may not
     */
    public void verify(Path cache) {
        Home home = new Home(cache);
        try (S3Artifacts artifacts =
                new S3Artifacts(bucket, false, home, BucketTests.roomy(home))) {
            for (Named.Folder of : named.folders()) artifacts.verified(of.folder(), of.files());
        }
    }

    @Override
    public void close() {
        bucket.close();
    }
}
