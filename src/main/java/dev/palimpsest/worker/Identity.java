package dev.palimpsest.worker;

import dev.palimpsest.home.CannotStart;
import dev.palimpsest.home.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A worker's name, the same after a restart, and the lock that lets one process at a time bear it:
 * what was picked under this name and is not running here is running nowhere.
 */
public final class Identity implements AutoCloseable {
    private final String id;
    private final FileChannel lock;

    private Identity(String id, FileChannel lock) {
        this.id = id;
        this.lock = lock;
    }

    static Identity taken(Home home, @Nullable String configured) {
        try {
            Path folder = Files.createDirectories(home.root().resolve("workers"));
            String id = configured == null ? kept(folder.resolve("id")) : configured;
            return new Identity(id, locked(folder.resolve(id + ".lock"), id));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public String id() {
        return id;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static String kept(Path file) throws IOException {
        if (!Files.exists(file)) {
            String made = "worker-" + UUID.randomUUID().toString().substring(0, 8);
            Files.writeString(file, made);
        }
        return Files.readString(file).strip();
    }

    private static FileChannel locked(Path file, String id) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) return channel;
        } catch (OverlappingFileLockException _) {
            // this very process holds it
        }
        channel.close();
        throw new CannotStart(
                "a worker named %s runs on this home folder already; stop it, or name this one with --palimpsest.worker.id=NAME"
                        .formatted(id));
    }
}
