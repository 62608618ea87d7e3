package dev.palimpsest.home;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.springframework.util.FileSystemUtils;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once from the class path into a folder. */
public record PostgresBinaries(Path folder) {
    private static final String VERSION = "18.1";

    /** Unpacks into a sub-folder named by version; whole or absent, so a second call is free. */
    public static PostgresBinaries unpackedIn(Path parent) throws IOException {
        Path folder = parent.resolve("binaries-" + VERSION);
        if (!Files.isDirectory(folder)) {
            Path partial = Files.createTempDirectory(Files.createDirectories(parent), "unpacking-");
            unpack(partial);
            try {
                Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException taken) {
                FileSystemUtils.deleteRecursively(partial);
                if (!Files.isDirectory(folder)) throw taken;
            }
        }
        return new PostgresBinaries(folder);
    }

    /**
     * The command line of a program; PostgreSQL refuses the root user, a user namespace hides it.
     */
    List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (system().equals("Linux") && System.getProperty("user.name").equals("root"))
            command.addAll(List.of("unshare", "-U"));
        command.add(folder.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        return command;
    }

    private static void unpack(Path into) throws IOException {
        try (InputStream packed =
                        DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), machine());
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(
                                new XZInputStream(new BufferedInputStream(packed)))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                Path target = into.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    file(tar, target, Objects.requireNonNull(target.getParent()));
                }
            }
        }
    }

    private static void file(InputStream bytes, Path target, Path parent) throws IOException {
        Files.createDirectories(parent);
        Files.copy(bytes, target);
        if (parent.endsWith("bin") && !target.toFile().setExecutable(true, false))
            throw new IOException(target + " cannot be made executable");
    }

    private static String system() {
        String name = System.getProperty("os.name");
        if (name.startsWith("Mac")) return "Darwin";
        return name.startsWith("Windows") ? "Windows" : "Linux";
    }

    private static String machine() {
        String machine = System.getProperty("os.arch");
        return machine.equals("amd64") ? "x86_64" : machine;
    }
}
