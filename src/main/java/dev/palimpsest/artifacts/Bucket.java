package dev.palimpsest.artifacts;

import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Files in S3, each under its sum; whole or absent, as S3 shows an object only once it is whole.
 */
final class Bucket implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Bucket.class);
    private static final int FETCHES = 5;
    private static final int NOTHING_MORE = 416;
    private static final Duration LINK = Duration.ofMinutes(15);

    private final S3Client client;
    private final S3Presigner presigner;
    private final String name;
    private final String prefix;
    private final long partSize;
    private final Duration fresh;
    private final Clock clock;

    /**
     * @param fresh how long after its last change no sweep takes an object away, with time to spare
     */
    Bucket(
            S3Client client,
            S3Presigner presigner,
            S3Settings settings,
            Duration fresh,
            Clock clock) {
        this.client = client;
        this.presigner = presigner;
        this.name = String.valueOf(settings.bucket());
        this.prefix = settings.prefix() + "sha256/";
        this.partSize = settings.partSize().toBytes();
        this.fresh = fresh;
        this.clock = clock;
    }

    /**
     * One that lies there is sent again if it is so old that a sweep could be about to take it away
     * for want of a row.
     */
    void put(Path file, Artifact artifact) {
        if (isFresh(artifact)) return;
        try {
            if (artifact.bytes() <= partSize) putWhole(file, artifact);
            else putParts(file, artifact);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * Goes on by range where a connection broke; nothing is seen in the place before it is whole.
     */
    void fetch(Artifact artifact, Path place, String said) {
        try {
            Path folder = Files.createDirectories(place.toAbsolutePath().getParent());
            Path part = folder.resolve("." + UUID.randomUUID() + ".part");
            try {
                for (int tries = 1; !fetched(artifact, part, said, tries == FETCHES); tries++)
                    log.info("{} is fetched on from byte {}", said, Files.size(part));
                long bytes = Files.size(part);
                if (bytes != artifact.bytes()) throw Damaged.cut(said, bytes, artifact.bytes());
                String sum = Sha256.of(part);
                if (!sum.equals(artifact.sha256()))
                    throw Damaged.changed(said, sum, artifact.sha256());
                Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    URI link(Artifact artifact) {
        return URI.create(
                presigner
                        .presignGetObject(
                                asked ->
                                        asked.signatureDuration(LINK)
                                                .getObjectRequest(
                                                        get ->
                                                                get.bucket(name)
                                                                        .key(key(artifact))
                                                                        .responseContentDisposition(
                                                                                disposition(
                                                                                        artifact))))
                        .url()
                        .toString());
    }

    /** Takes away what has not changed since a time and whose sum nothing names. */
    Artifacts.Swept sweep(Instant before, Predicate<String> named) {
        long things = 0;
        long bytes = 0;
        for (S3Object object :
                client.listObjectsV2Paginator(asked -> asked.bucket(name).prefix(prefix))
                        .contents()) {
            String sum = object.key().substring(object.key().lastIndexOf('/') + 1);
            if (!object.lastModified().isBefore(before) || named.test(sum)) continue;
            if (!isOlder(object.key(), before)) continue;
            client.deleteObject(asked -> asked.bucket(name).key(object.key()));
            things++;
            bytes += object.size();
        }
        for (MultipartUpload upload :
                client.listMultipartUploadsPaginator(asked -> asked.bucket(name).prefix(prefix))
                        .uploads()) {
            if (!upload.initiated().isBefore(before)) continue;
            client.abortMultipartUpload(
                    asked -> asked.bucket(name).key(upload.key()).uploadId(upload.uploadId()));
            things++;
        }
        return new Artifacts.Swept(things, bytes);
    }

    @Override
    public void close() {
        presigner.close();
        client.close();
    }

    /** Asked once more just before it goes: somebody may have sent it again since it was listed. */
    private boolean isOlder(String key, Instant time) {
        try {
            return client.headObject(asked -> asked.bucket(name).key(key))
                    .lastModified()
                    .isBefore(time);
        } catch (NoSuchKeyException _) {
            return false;
        }
    }

    boolean has(Artifact artifact) {
        return found(artifact).isPresent();
    }

    private boolean isFresh(Artifact artifact) {
        return found(artifact)
                .filter(there -> there.lastModified().isAfter(clock.instant().minus(fresh)))
                .isPresent();
    }

    /** What lies there whole; a cut one is sent again. */
    private Optional<HeadObjectResponse> found(Artifact artifact) {
        try {
            return Optional.of(client.headObject(asked -> asked.bucket(name).key(key(artifact))))
                    .filter(there -> there.contentLength() == artifact.bytes());
        } catch (NoSuchKeyException _) {
            return Optional.empty();
        }
    }

    private void putWhole(Path file, Artifact artifact) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Sha256 sum = new Sha256();
        sum.add(ByteBuffer.wrap(bytes));
        String hex = sum.hex();
        if (!hex.equals(artifact.sha256()))
            throw Damaged.changed("file " + file, hex, artifact.sha256());
        client.putObject(
                asked -> asked.bucket(name).key(key(artifact)).checksumSHA256(base64(hex)),
                RequestBody.fromBytes(bytes));
    }

    /** Another process may have ended the same upload; then there is nothing to go on with. */
    private void putParts(Path file, Artifact artifact) throws IOException {
        Upload upload = new Upload(client, name, key(artifact), partSize);
        try {
            upload.send(file, artifact);
        } catch (NoSuchUploadException _) {
            if (!isFresh(artifact)) upload.send(file, artifact);
        }
    }

    /** Whether all of it has come; the last try says why not. */
    private boolean fetched(Artifact artifact, Path part, String said, boolean last)
            throws IOException {
        long from = Files.exists(part) ? Files.size(part) : 0;
        try (ResponseInputStream<GetObjectResponse> bytes =
                client.getObject(
                        asked -> {
                            asked.bucket(name).key(key(artifact));
                            if (from > 0) asked.range("bytes=%d-".formatted(from));
                        })) {
            append(bytes, part);
            return true;
        } catch (NoSuchKeyException _) {
            throw Damaged.gone(said);
        } catch (S3Exception past) {
            if (past.statusCode() == NOTHING_MORE) return true; // it was promised longer than it is
            throw past;
        } catch (IOException broken) {
            if (last) throw broken;
            return false;
        }
    }

    private static void append(InputStream bytes, Path part) throws IOException {
        try (OutputStream out =
                Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            bytes.transferTo(out);
        }
    }

    private String key(Artifact artifact) {
        return prefix + artifact.sha256().substring(0, 2) + "/" + artifact.sha256();
    }

    private static String disposition(Artifact artifact) {
        String file = artifact.path().substring(artifact.path().lastIndexOf('/') + 1);
        return org.springframework.http.ContentDisposition.attachment()
                .filename(file)
                .build()
                .toString();
    }

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }
}
