package dev.palimpsest.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How many processes of this one's control group the kernel has ended for want of memory: a SIGKILL
 * tells nobody why it came.
 */
final class OomKills {
    private static final Path GROUP = Path.of("/proc/self/cgroup");
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String UNIFIED = "0::";
    private static final String KILLS = "oom_kill ";

    private OomKills() {}

    /** 0 where it is not told. */
    static long count() {
        try {
            return count(Files.readAllLines(GROUP), ROOT);
        } catch (IOException _) { // no control groups, or not for us to read
            return 0;
        }
    }

    static long count(List<String> groups, Path root) throws IOException {
        for (String line : groups) {
            if (!line.startsWith(UNIFIED)) continue;
            String path = line.substring(UNIFIED.length()).replaceFirst("^/+", "");
            Path events = root.resolve(path).resolve("memory.events");
            if (!Files.isReadable(events)) return 0;
            return Files.readAllLines(events).stream()
                    .filter(event -> event.startsWith(KILLS))
                    .mapToLong(event -> Long.parseLong(event.substring(KILLS.length()).strip()))
                    .findFirst()
                    .orElse(0);
        }
        return 0;
    }
}
