package dev.palimpsest.worker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.springframework.util.unit.DataSize;

/** How a trainer or an export is started: everything of its command line but the run file. */
public record TrainerCommand(List<String> launcher, Map<String, String> environment) {
    private static final String MAIN = "dev.palimpsest.Palimpsest";

    /**
     * The same Java and the same classes as this process, be they one jar or a class path. Steps
     * leave short-lived garbage only, of which a larger young generation, or the collector of large
     * heaps, would keep hundreds of megabytes before it looks. What runs only while a trainer
     * starts is not worth the compilers' memory.
     */
    public static TrainerCommand ofThisProcess(String program, DataSize heap, int threads) {
        List<String> launcher =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + heap.toMegabytes() + "m",
                                "-XX:MaxDirectMemorySize=64m", // what was written is let go early
                                "-XX:+UseSerialGC",
                                "-Xmn16m",
                                "-XX:CompileThresholdScaling=10",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow"));
        launcher.addAll(classes(System.getProperty("java.class.path")));
        launcher.add(program);
        return new TrainerCommand(launcher, environmentFor(threads));
    }

    /**
     * A step is thousands of short operations: OpenMP threads that sleep after each cost a third of
     * the speed, those that spin until the next take the processor from the service beside them, so
     * they spin for a fraction of a millisecond. Large pages spare page faults. MKL promises the
     * same digits in every run only where it is told to.
     */
    public static Map<String, String> environmentFor(int threads) {
        return Map.of(
                "OMP_WAIT_POLICY", "passive",
                "GOMP_SPINCOUNT", "5000",
                "OMP_NUM_THREADS", Integer.toString(threads),
                "MKL_CBWR", "AUTO,STRICT",
                "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1",
                "MALLOC_ARENA_MAX", "2");
    }

    /** A trainer's own folder is where it runs, so that what a crash dumps lies there too. */
    public ProcessBuilder in(Path folder, Path runFile) {
        List<String> command = new ArrayList<>(launcher);
        command.add(runFile.toAbsolutePath().toString());
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    private static List<String> classes(String classPath) {
        return executable(classPath)
                ? List.of("-jar", Path.of(classPath).toAbsolutePath().toString())
                : List.of("-cp", absolute(classPath), MAIN);
    }

    /** An executable jar names its classes only to its own launcher. */
    private static boolean executable(String classPath) {
        if (classPath.contains(File.pathSeparator) || !classPath.endsWith(".jar")) return false;
        try (JarFile jar = new JarFile(classPath)) {
            if (jar.getManifest() == null) return false;
            Attributes manifest = jar.getManifest().getMainAttributes();
            return MAIN.equals(manifest.getValue("Start-Class"))
                    || MAIN.equals(manifest.getValue(Attributes.Name.MAIN_CLASS));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The trainer runs in a folder of its own. */
    private static String absolute(String classPath) {
        return String.join(
                File.pathSeparator,
                List.of(classPath.split(File.pathSeparator)).stream()
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }
}
