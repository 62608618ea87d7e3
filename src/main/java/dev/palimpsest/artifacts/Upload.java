package dev.palimpsest.artifacts;

import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * A file sent in parts, each with its sum, which the server compares. Parts of an earlier upload of
 * the same file, which was cut off, are not sent again.
 */
final class Upload {
    private static final int MOST_PARTS = 10_000;

    private final S3Client client;
    private final String bucket;
    private final String key;
    private final long leastPart;

    Upload(S3Client client, String bucket, String key, long leastPart) {
        this.client = client;
        this.bucket = bucket;
        this.key = key;
        this.leastPart = leastPart;
    }

    /** Throws {@link Damaged} if the file is not what its row is to name; nothing is filed then. */
    void send(Path file, Artifact artifact) throws IOException {
        String upload = begun().orElseGet(this::begin);
        Map<Integer, Part> there = standing(upload);
        List<CompletedPart> parts = new ArrayList<>();
        Sha256 whole = new Sha256();
        ByteBuffer bytes = ByteBuffer.allocate(partSize(artifact.bytes()));
        try (FileChannel channel = FileChannel.open(file)) {
            while (filled(bytes, channel)) {
                whole.add(bytes.duplicate());
                int number = parts.size() + 1;
                Part part = there.get(number);
                String sum = sum(bytes);
                parts.add(
                        part != null && sum.equals(part.checksumSHA256())
                                ? completed(number, part.eTag(), sum)
                                : sent(upload, number, bytes, sum));
            }
        }
        String sum = whole.hex();
        if (!sum.equals(artifact.sha256())) {
            client.abortMultipartUpload(asked -> asked.bucket(bucket).key(key).uploadId(upload));
            throw Damaged.changed("file " + file, sum, artifact.sha256());
        }
        client.completeMultipartUpload(
                asked ->
                        asked.bucket(bucket)
                                .key(key)
                                .uploadId(upload)
                                .multipartUpload(all -> all.parts(parts)));
    }

    /** The same for a file of the same size, as parts are told apart by their numbers. */
    private int partSize(long bytes) {
        return Math.toIntExact(Math.max(leastPart, Math.ceilDiv(bytes, MOST_PARTS)));
    }

    private Optional<String> begun() {
        return client
                .listMultipartUploadsPaginator(asked -> asked.bucket(bucket).prefix(key))
                .uploads()
                .stream()
                .filter(upload -> upload.key().equals(key))
                .map(MultipartUpload::uploadId)
                .findFirst();
    }

    private String begin() {
        return client.createMultipartUpload(
                        asked ->
                                asked.bucket(bucket)
                                        .key(key)
                                        .checksumAlgorithm(ChecksumAlgorithm.SHA256))
                .uploadId();
    }

    private Map<Integer, Part> standing(String upload) {
        Map<Integer, Part> parts = new HashMap<>();
        client.listPartsPaginator(asked -> asked.bucket(bucket).key(key).uploadId(upload))
                .parts()
                .forEach(part -> parts.put(part.partNumber(), part));
        return parts;
    }

    private CompletedPart sent(String upload, int number, ByteBuffer bytes, String sum) {
        UploadPartResponse answer =
                client.uploadPart(
                        asked ->
                                asked.bucket(bucket)
                                        .key(key)
                                        .uploadId(upload)
                                        .partNumber(number)
                                        .checksumSHA256(sum),
                        RequestBody.fromRemainingByteBuffer(bytes.duplicate()));
        return completed(number, answer.eTag(), sum);
    }

    private static CompletedPart completed(int number, String tag, String sum) {
        return CompletedPart.builder().partNumber(number).eTag(tag).checksumSHA256(sum).build();
    }

    private static boolean filled(ByteBuffer bytes, FileChannel channel) throws IOException {
        bytes.clear();
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
        bytes.flip();
        return bytes.hasRemaining();
    }

    private static String sum(ByteBuffer bytes) {
        Sha256 sum = new Sha256();
        sum.add(bytes.duplicate());
        return Base64.getEncoder().encodeToString(sum.bytes());
    }
}
