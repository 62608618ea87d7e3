package dev.palimpsest.artifacts;

import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.springframework.util.unit.DataSize;

/** A server that speaks S3's protocol, in a process of its own; its objects lie in a folder. */
public final class S3Server implements AutoCloseable {
    static final String BUCKET = "artifacts";

    private final Process process;
    private final Path folder;
    private final int port;

    private S3Server(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    public static S3Server start(Path folder) throws IOException {
        int port = freePort();
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx256m",
                                "-jar",
                                Path.of("target/s3mock/s3mock.jar").toAbsolutePath().toString(),
                                "--server.port=" + freePort(),
                                "--com.adobe.testing.s3mock.httpPort=" + port,
                                "--com.adobe.testing.s3mock.store.initialBuckets=" + BUCKET,
                                "--com.adobe.testing.s3mock.store.root=" + folder,
                                "--com.adobe.testing.s3mock.store.retainFilesOnExit=true")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolveSibling("s3.log").toFile())
                        .start();
        S3Server server = new S3Server(process, folder, port);
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(100))
                .until(server::answers);
        return server;
    }

    /** How a service is told to use it. */
    public String[] settings() {
        return new String[] {
            "--palimpsest.artifacts.s3.bucket=" + BUCKET,
            "--palimpsest.artifacts.s3.endpoint=" + endpoint(),
            "--palimpsest.artifacts.s3.region=eu-west-1",
            "--palimpsest.artifacts.s3.path-style=true",
            "--palimpsest.artifacts.s3.prefix=tests/"
        };
    }

    /** The same for a client of the test's own. */
    S3Settings as(String prefix) {
        return new S3Settings(
                BUCKET,
                endpoint(),
                "eu-west-1",
                prefix,
                true,
                true,
                DataSize.ofGigabytes(1),
                DataSize.ofMegabytes(5));
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Changes one bit of a stored object, as a disk that goes bad does. */
    public void harm(String sha256) throws IOException {
        Path object = object(sha256);
        byte[] bytes = Files.readAllBytes(object);
        bytes[bytes.length / 2] ^= 1;
        Files.write(object, bytes);
    }

    Path object(String sha256) throws IOException {
        for (Path object : objects()) if (Sha256.of(object).equals(sha256)) return object;
        throw new IllegalStateException("there is no object " + sha256);
    }

    /** The files in which the server keeps objects' bytes. */
    private List<Path> objects() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.getFileName().toString().equals("binaryData")).toList();
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    }

    private boolean answers() {
        try {
            HttpURLConnection asked =
                    (HttpURLConnection) endpoint().resolve("/" + BUCKET).toURL().openConnection();
            return asked.getResponseCode() == 200;
        } catch (IOException _) {
            if (!process.isAlive())
                throw new UncheckedIOException(new IOException("the S3 server ended"));
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
