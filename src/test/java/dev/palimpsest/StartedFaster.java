package dev.palimpsest;

import dev.palimpsest.home.PostgresBinaries;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a test's service need not do at each start: load and verify its classes, which Java keeps in
 * an archive if they come from jars, and unpack PostgreSQL.
 */
final class StartedFaster {
    private static final Path FOLDER = // each JVM of tests writes its own
            Path.of("target/running", System.getProperty("palimpsest.fork", "1")).toAbsolutePath();
    private static final Path JAR = packed();

    private StartedFaster() {}

    static List<String> options() {
        return List.of(
                "-Xlog:disable", // which classes cannot be kept
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + FOLDER.resolve("classes.jsa"));
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

    private static Path packed() {
        Path jar = FOLDER.resolve("classes.jar");
        Path classes = Path.of("target/classes");
        try {
            Files.createDirectories(FOLDER);
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                    Stream<Path> files = Files.walk(classes)) {
                out.setLevel(0);
                for (Path file : files.filter(file -> !file.equals(classes)).sorted().toList()) {
                    boolean folder = Files.isDirectory(file); // Spring looks for them
                    String name = classes.relativize(file).toString().replace(File.separator, "/");
                    out.putNextEntry(new JarEntry(folder ? name + "/" : name));
                    if (!folder) Files.copy(file, out);
                    out.closeEntry();
                }
            }
            return jar;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
