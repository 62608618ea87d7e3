package dev.palimpsest.launch;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/** The same Java and the same classes as this process, be they one jar or a class path. */
public final class ThisProgram {
    private static final String MAIN = "dev.palimpsest.Palimpsest";

    private ThisProgram() {}

    /** The command line of another process of this program; it may run in any folder. */
    public static List<String> in(String role, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        String classPath = System.getProperty("java.class.path");
        command.addAll(linked(role, classPath));
        command.addAll(classes(classPath));
        command.add(role);
        return command;
    }

    /**
     * The role's classes as Java linked them in an earlier run (JEP 483), if that left them beside
     * the first jar; where they do not fit, Java says so and goes on without.
     */
    private static List<String> linked(String role, String classPath) {
        Path first = Path.of(classPath.split(File.pathSeparator, 2)[0]).toAbsolutePath();
        Path cache = first.resolveSibling(role + ".aot");
        return Files.exists(cache)
                ? List.of("-XX:AOTCache=" + cache, "-Xlog:disable", "-Xlog:all=warning:stderr")
                : List.of();
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

    private static String absolute(String classPath) {
        return String.join(
                File.pathSeparator,
                List.of(classPath.split(File.pathSeparator)).stream()
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }
}
