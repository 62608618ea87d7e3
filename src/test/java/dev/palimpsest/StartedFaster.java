package dev.palimpsest;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.stream.Collectors.joining;

import dev.palimpsest.home.PostgresBinaries;
import dev.palimpsest.launch.ThisProgram;
import dev.palimpsest.trainer.Protocol;
import dev.palimpsest.trainer.TinyAttempts;
import dev.palimpsest.worker.TrainerCommand;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.springframework.util.FileSystemUtils;

/**
 * What a test's processes need not do at each start: load, verify and link their classes, which
 * Java keeps in a cache for each role if they come from jars, and unpack PostgreSQL.
 */
public final class StartedFaster implements LauncherSessionListener {
    private static final Path FOLDER = Path.of("target/running").toAbsolutePath();
    private static final Path JAR = FOLDER.resolve("classes.jar");
    private static final Path SERVICE = FOLDER.resolve("service.aot");
    private static final Path SANDBOX = FOLDER.resolve("sandbox.aot");
    private static final Path TRAINER = FOLDER.resolve("trainer.aot");
    private static final List<String> LIKE_TRAINERS =
            List.of("score", "spectra", "export", "complete");
    private static final Path CLASSES = Path.of("target/classes").toAbsolutePath();
    private static final String CLASS_PATH = "java.class.path";

    /** What this JVM starts of this program has the same classes, but packed. */
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        String classPath = System.getProperty(CLASS_PATH);
        if (!entries(classPath).contains(CLASSES.toString())) return; // Maven only looks tests up
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel lock = FileChannel.open(FOLDER.resolve("lock"), CREATE, WRITE);
                    FileLock _ = lock.lock()) { // several JVMs of tests share it
                pack();
                String packed = packed(classPath);
                System.setProperty(CLASS_PATH, packed);
                if (System.getProperty("test") == null) makeCaches();
                String tests = Path.of("target/test-classes").toAbsolutePath().toString();
                System.setProperty(CLASS_PATH, packed + File.pathSeparator + tests);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static List<String> options() {
        return Files.exists(SERVICE) ? List.of("-XX:AOTCache=" + SERVICE) : List.of();
    }

    /** This program without its tests, and what else is to be found. */
    static String classPath(List<Path> more) {
        return Stream.concat(
                        jars(System.getProperty(CLASS_PATH)), more.stream().map(Path::toString))
                .collect(joining(File.pathSeparator));
    }

    /** Its programs, where a service would unpack them. */
    public static void givePostgres(Path home) throws IOException {
        Path folder = Files.createDirectories(home.resolve("postgres"));
        Path unpacked =
                PostgresBinaries.unpackedIn(Path.of("target/postgres").toAbsolutePath()).folder();
        Path link = folder.resolve(unpacked.getFileName());
        if (!Files.exists(link)) Files.createSymbolicLink(link, unpacked);
    }

    /** Only if something changed: a cache is of one very jar. */
    private static void pack() throws IOException {
        byte[] packed = packedClasses();
        if (Files.exists(JAR) && Arrays.equals(Files.readAllBytes(JAR), packed)) return;
        Files.deleteIfExists(SERVICE);
        Files.deleteIfExists(SANDBOX);
        Files.deleteIfExists(TRAINER);
        Files.write(JAR, packed);
    }

    private static byte[] packedClasses() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(bytes);
                Stream<Path> files = Files.walk(CLASSES)) {
            out.setLevel(0);
            for (Path file : files.filter(file -> !file.equals(CLASSES)).sorted().toList()) {
                boolean folder = Files.isDirectory(file); // Spring looks for them
                String name = CLASSES.relativize(file).toString().replace(File.separator, "/");
                JarEntry entry = new JarEntry(folder ? name + "/" : name);
                entry.setTime(0);
                out.putNextEntry(entry);
                if (!folder) Files.copy(file, out);
                out.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** Jars alone, as a cache is of no folders. */
    private static String packed(String classPath) {
        return Stream.concat(Stream.of(JAR.toString()), jars(classPath))
                .collect(joining(File.pathSeparator));
    }

    private static Stream<String> jars(String classPath) {
        return entries(classPath).stream().filter(entry -> entry.endsWith(".jar"));
    }

    private static List<String> entries(String classPath) {
        return List.of(classPath.split(File.pathSeparator));
    }

    /** It takes as long as a few starts: who runs a few tests only uses what there is. */
    private static void makeCaches() throws IOException {
        if (!Files.exists(SERVICE)) makeServiceCache();
        if (!Files.exists(SANDBOX)) makeSandboxCache();
        if (!Files.exists(TRAINER)) makeTrainerCache();
    }

    /** Of the classes that a sandbox has loaded when it can run programs. */
    private static void makeSandboxCache() throws IOException {
        List<String> command = ThisProgram.in("sandbox", options(SANDBOX));
        made(SANDBOX, new ProcessBuilder(command).redirectErrorStream(true).start(), "ready");
    }

    /** Of the classes that a trainer has loaded at its end, which what is like one uses too. */
    private static void makeTrainerCache() throws IOException {
        Path folder = Files.createTempDirectory("cached");
        Path runFile = folder.resolve("run.json");
        Files.writeString(runFile, Protocol.written(TinyAttempts.tenSteps(folder)));
        List<String> command = new ArrayList<>(ThisProgram.in("trainer", options(TRAINER)));
        command.add(runFile.toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(TrainerCommand.environmentFor(1));
        made(TRAINER, builder.start(), "\"finished\"");
        for (String role : LIKE_TRAINERS) {
            Path link = FOLDER.resolve(role + ".aot");
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, TRAINER);
        }
        FileSystemUtils.deleteRecursively(folder);
    }

    private static List<String> options(Path cache) {
        return List.of(
                "-XX:AOTCacheOutput=" + cache,
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    }

    /** Of the classes that a service has loaded when it is ready. */
    private static void makeServiceCache() throws IOException {
        Path home = Files.createTempDirectory("cached");
        givePostgres(home);
        made(
                SERVICE,
                RunningService.start(
                        List.of(),
                        List.of("-XX:AOTCacheOutput=" + SERVICE),
                        List.of(),
                        List.of("--palimpsest.home=" + home, "--server.port=0")),
                "Started Palimpsest in");
        FileSystemUtils.deleteRecursively(home);
    }

    /** A cache is written when the process ends, to which it is asked once it says a word. */
    private static void made(Path cache, Process process, String word) throws IOException {
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (line.contains(word))
                    process.toHandle().destroy(); // Process.destroy would close what is read
            }
        }
        process.onExit().join();
        if (!Files.exists(cache))
            throw new IllegalStateException(
                    "%s was not made:%n%s".formatted(cache, String.join("\n", said)));
    }
}
