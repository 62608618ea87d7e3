package dev.palimpsest.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.springframework.util.FileSystemUtils;

/** Folders that are whole or absent: filled under a hidden name beside, then renamed. */
final class Folder {
    private Folder() {}

    static Path emptyBeside(Path place) throws IOException {
        return Files.createDirectory(hidden(place, "partial"));
    }

    /** Replaces what a crash may have left in the place. */
    static void moveInto(Path filled, Path place) throws IOException {
        remove(place);
        Files.move(filled, place, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Gone at once for others, however long the deletion takes. */
    static void remove(Path place) throws IOException {
        if (!Files.exists(place)) return;
        Path hidden = hidden(place, "deleted");
        Files.move(place, hidden, StandardCopyOption.ATOMIC_MOVE);
        FileSystemUtils.deleteRecursively(hidden);
    }

    /** SHA-256 over each file's name, length and bytes. */
    static String sha256(List<Path> files) throws IOException {
        MessageDigest digest = digest();
        for (Path file : files) {
            digest.update(
                    "%s %d\n"
                            .formatted(file.getFileName(), Files.size(file))
                            .getBytes(StandardCharsets.UTF_8));
            feed(file, digest);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** SHA-256 of one file's bytes, as sha256sum prints it. */
    static String sha256(Path file) throws IOException {
        MessageDigest digest = digest();
        feed(file, digest);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void feed(Path file, MessageDigest digest) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            bytes.transferTo(
                    new OutputStream() {
                        @Override
                        public void write(int b) {
                            digest.update((byte) b);
                        }

                        @Override
                        public void write(byte[] some, int from, int length) {
                            digest.update(some, from, length);
                        }
                    });
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Path hidden(Path place, String why) {
        return place.resolveSibling("." + why + "-" + UUID.randomUUID());
    }
}
