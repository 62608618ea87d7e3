package dev.palimpsest.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A disk of some megabytes that lies at a folder for whoever is started within it. What holds it is
 * a process with namespaces of its own, which not every machine allows.
 */
final class SmallDisk implements AutoCloseable {
    private static final int MEGABYTES = 192;
    private static final int[] BLOCKS = {1 << 20, 1 << 12, 1};
    private static final String THERE = "there";
    private static final String HOLD =
            "mount -t tmpfs -o size=%dm tmpfs \"$0\" && echo %s && exec cat"
                    .formatted(MEGABYTES, THERE);

    private final Process holder;
    private final Path folder;

    private SmallDisk(Process holder, Path folder) {
        this.holder = holder;
        this.folder = folder;
    }

    /** Nothing where namespaces are not to be had. */
    static Optional<SmallDisk> at(Path folder) throws IOException, InterruptedException {
        try {
            Process holder =
                    new ProcessBuilder(
                                    "unshare",
                                    "--user",
                                    "--map-root-user",
                                    "--mount",
                                    "sh",
                                    "-c",
                                    HOLD,
                                    Files.createDirectories(folder).toString())
                            .redirectErrorStream(true)
                            .start();
            String said = holder.inputReader(StandardCharsets.UTF_8).readLine();
            if (THERE.equals(said)) return Optional.of(new SmallDisk(holder, folder));
            holder.destroyForcibly().waitFor();
            return Optional.empty();
        } catch (IOException _) { // there is no such program
            return Optional.empty();
        }
    }

    /** What a command begins with that is to see the disk. */
    List<String> within() {
        String pid = Long.toString(holder.pid());
        return List.of("nsenter", "--user", "--mount", "--preserve-credentials", "--target", pid);
    }

    /** The folder as it is seen from without. */
    Path seen() {
        return Path.of("/proc/%d/root%s".formatted(holder.pid(), folder));
    }

    /** To the last byte. */
    void fill() throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast())) {
            for (int block : BLOCKS) fill(out, new byte[block]);
        }
    }

    private static void fill(OutputStream out, byte[] block) {
        try {
            while (true) out.write(block);
        } catch (IOException _) { // so much is left no more
        }
    }

    /** Until so many bytes are left. */
    void fillBut(long left) throws IOException {
        fill();
        try (FileChannel out = FileChannel.open(ballast(), StandardOpenOption.WRITE)) {
            out.truncate(out.size() - left);
        }
    }

    void makeRoom() throws IOException {
        Files.deleteIfExists(ballast());
    }

    private Path ballast() {
        return seen().resolve("ballast");
    }

    @Override
    public void close() throws InterruptedException {
        holder.destroyForcibly().waitFor();
    }
}
