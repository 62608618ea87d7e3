package dev.palimpsest;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.palimpsest.home.PostgresBinaries;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * What a test's service need not do at each start: load, verify and link its classes, which Java
 * keeps in a cache if they come from jars, and unpack PostgreSQL.
 */
final class StartedFaster {
    private static final Path FOLDER = Path.of("target/running").toAbsolutePath();
    private static final Path JAR = FOLDER.resolve("classes.jar");
    private static final Path CACHE = FOLDER.resolve("classes.aot");
    private static final boolean CACHED = cached();

    private StartedFaster() {}

    static List<String> options() {
        return CACHED ? List.of("-XX:AOTCache=" + CACHE) : List.of();
    }

    /** This program without its tests, folders packed, and what else is to be found. */
    static String classPath(List<Path> more) {
        return Stream.of(
                        Stream.of(JAR.toString()),
                        Arrays.stream(
                                        System.getProperty("java.class.path")
                                                .split(File.pathSeparator))
                                .filter(entry -> entry.endsWith(".jar")),
                        more.stream().map(Path::toString))
                .flatMap(part -> part)
                .collect(Collectors.joining(File.pathSeparator));
    }

    static void givePostgres(Path home) throws IOException {
        Path folder = Files.createDirectories(home.resolve("postgres"));
        Path unpacked =
                PostgresBinaries.unpackedIn(Path.of("target/postgres").toAbsolutePath()).folder();
        Path link = folder.resolve(unpacked.getFileName());
        if (!Files.exists(link)) Files.createSymbolicLink(link, unpacked);
    }

    /** Making it takes as long as a few starts: who runs a few tests only uses what there is. */
    private static boolean cached() {
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel lock = FileChannel.open(FOLDER.resolve("lock"), CREATE, WRITE);
                    FileLock _ = lock.lock()) { // several JVMs of tests share it
                byte[] packed = packed();
                if (!Files.exists(JAR) || !Arrays.equals(Files.readAllBytes(JAR), packed)) {
                    Files.deleteIfExists(CACHE);
                    Files.write(JAR, packed);
                }
                if (!Files.exists(CACHE) && System.getProperty("test") == null) makeCache();
                return Files.exists(CACHE);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static byte[] packed() throws IOException {
        Path classes = Path.of("target/classes");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(bytes);
                Stream<Path> files = Files.walk(classes)) {
            out.setLevel(0);
            for (Path file : files.filter(file -> !file.equals(classes)).sorted().toList()) {
                boolean folder = Files.isDirectory(file); // Spring looks for them
                String name = classes.relativize(file).toString().replace(File.separator, "/");
                JarEntry entry = new JarEntry(folder ? name + "/" : name);
                entry.setTime(0);
                out.putNextEntry(entry);
                if (!folder) Files.copy(file, out);
                out.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** Of the classes that a service has loaded when it is ready; it writes them when it ends. */
    private static void makeCache() throws IOException {
        Path home = Files.createTempDirectory("cached");
        givePostgres(home);
        Process service =
                RunningService.start(
                        List.of(),
                        List.of("-XX:AOTCacheOutput=" + CACHE),
                        List.of(),
                        List.of("--palimpsest.home=" + home, "--server.port=0"));
        try (BufferedReader lines = service.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine())
                if (line.contains("Started Palimpsest in"))
                    service.toHandle().destroy(); // destroy() would close what is read
        }
        service.onExit().join();
        FileSystemUtils.deleteRecursively(home);
    }
}
