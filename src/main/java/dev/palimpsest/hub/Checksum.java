package dev.palimpsest.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a file's bytes must come to: sha256 for large ones, git's blob id for the others. */
record Checksum(Kind kind, String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final int BYTES_AT_ONCE = 1 << 20;

    enum Kind {
        SHA256("SHA-256"),
        GIT("SHA-1");

        private final String algorithm;

        Kind(String algorithm) {
            this.algorithm = algorithm;
        }
    }

    /** Tells the two apart by their length. */
    static Optional<Checksum> of(String hex) {
        if (!HEX.matcher(hex).matches()) return Optional.empty();
        return Optional.of(new Checksum(hex.length() == 64 ? Kind.SHA256 : Kind.GIT, hex));
    }

    /** The same sum over what a file holds. */
    Checksum of(FileChannel file) throws IOException {
        MessageDigest digest = digest();
        // git hashes a header before the bytes
        if (kind == Kind.GIT)
            digest.update(("blob " + file.size() + "\0").getBytes(StandardCharsets.US_ASCII));
        ByteBuffer buffer = ByteBuffer.allocate(BYTES_AT_ONCE);
        for (long at = 0; at < file.size(); at += buffer.limit()) {
            buffer.clear();
            if (file.read(buffer, at) < 0) break;
            digest.update(buffer.flip());
        }
        return new Checksum(kind, HexFormat.of().formatHex(digest.digest()));
    }

    String fileName() {
        return kind.name().toLowerCase(Locale.ROOT) + "-" + hex;
    }

    @Override
    public String toString() {
        return (kind == Kind.SHA256 ? "sha256 " : "git blob id ") + hex;
    }

    private MessageDigest digest() {
        try {
            return MessageDigest.getInstance(kind.algorithm);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
