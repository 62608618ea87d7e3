package dev.palimpsest.archive;

import dev.palimpsest.archive.Manifest.Member;
import dev.palimpsest.spec.Binder;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes members one after the other, each summed as it passes, and their manifest last. */
final class ArchiveWriter implements AutoCloseable {
    private final ZipOutputStream zip;
    private final List<Member> members = new ArrayList<>();

    ArchiveWriter(OutputStream out) {
        this.zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    }

    /** What a member consists of. */
    @FunctionalInterface
    interface Content {
        void write(OutputStream out) throws IOException;
    }

    /** Text, packed. */
    void text(String name, Content content) throws IOException {
        zip.setLevel(Deflater.DEFAULT_COMPRESSION);
        add(name, content);
    }

    /** Weights, which packing makes no smaller to speak of; answers their sum. */
    String weights(String name, Content content) throws IOException {
        zip.setLevel(Deflater.NO_COMPRESSION);
        return add(name, content);
    }

    private String add(String name, Content content) throws IOException {
        MessageDigest digest = sha256();
        zip.putNextEntry(new ZipEntry(name));
        Counted counted = new Counted(new DigestOutputStream(zip, digest));
        content.write(counted);
        zip.closeEntry();
        String sum = HexFormat.of().formatHex(digest.digest());
        members.add(new Member(name, counted.bytes, sum));
        return sum;
    }

    /** Without it an archive is not whole, and not taken in. */
    void manifest(String experiment, Instant now) throws IOException {
        Manifest manifest =
                new Manifest(Manifest.FORMAT, Manifest.VERSION, experiment, now, members);
        zip.setLevel(Deflater.DEFAULT_COMPRESSION);
        zip.putNextEntry(new ZipEntry(Manifest.NAME));
        zip.write(Binder.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
        zip.closeEntry();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Counts what passes. */
    private static final class Counted extends FilterOutputStream {
        private long bytes;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) throws IOException {
            out.write(one);
            bytes++;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
            bytes += length;
        }
    }
}
