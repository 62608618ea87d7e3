package dev.palimpsest.artifacts;

import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Compares files with their sums, each once for as long as it does not change. */
final class Verified {
    private static final int MOST = 10_000;

    private final Map<Path, Seen> seen =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(16, 0.75f, true) {
                        private static final long serialVersionUID = 1;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<Path, Seen> eldest) {
                            return size() > MOST;
                        }
                    });

    private record Seen(long bytes, FileTime changed, Object key, String sha256) {
        static Seen of(BasicFileAttributes file, String sha256) {
            Object key = Objects.requireNonNullElse(file.fileKey(), "");
            return new Seen(file.size(), file.lastModifiedTime(), key, sha256);
        }
    }

    /** Throws {@link Damaged} if a file is not what it should be. */
    void require(Path file, Artifact named, String said) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            if (now.size() != named.bytes()) throw Damaged.cut(said, now.size(), named.bytes());
            if (Seen.of(now, named.sha256()).equals(seen.get(file))) return;
            String sum = Sha256.of(file);
            if (!sum.equals(named.sha256())) throw Damaged.changed(said, sum, named.sha256());
            seen.put(file, Seen.of(now, sum));
        } catch (NoSuchFileException _) {
            throw Damaged.gone(said);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
