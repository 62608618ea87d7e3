package dev.palimpsest.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 of texts and files, by which this service tells equal contents; the same in every JDK.
 */
public final class Sha256 {
    private final MessageDigest digest;

    public Sha256() {
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The sum of a text's UTF-8 bytes, in hex. */
    public static String of(String text) {
        Sha256 sum = new Sha256();
        sum.add(text);
        return sum.hex();
    }

    /** The sum of one file's bytes, as sha256sum prints it. */
    public static String of(Path file) throws IOException {
        Sha256 sum = new Sha256();
        sum.add(file);
        return sum.hex();
    }

    public void add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }

    public void add(ByteBuffer bytes) {
        digest.update(bytes);
    }

    public void add(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            bytes.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        }
    }

    /** Ends the sum. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    /** Ends the sum; the next one may begin. */
    public byte[] bytes() {
        return digest.digest();
    }
}
