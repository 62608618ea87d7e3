package dev.palimpsest.catalog;

import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import org.springframework.util.FileSystemUtils;

/** Folders that are whole or absent: filled under a hidden name beside, then renamed. */
final class Folder {
    private Folder() {}

    static boolean isPath(String path) {
        try {
            return !path.isBlank() && !Path.of(path).toString().isEmpty();
        } catch (InvalidPathException _) {
            return false;
        }
    }

    static Path emptyBeside(Path place) throws IOException {
        return Files.createDirectory(hidden(place, "partial"));
    }

    /** Replaces what a crash may have left in the place. */
    static void moveInto(Path filled, Path place) throws IOException {
        remove(place);
        Files.move(filled, place, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Gone at once for others, however long the deletion takes. */
    static void remove(Path place) throws IOException {
        if (!Files.exists(place)) return;
        Path hidden = hidden(place, "deleted");
        Files.move(place, hidden, StandardCopyOption.ATOMIC_MOVE);
        FileSystemUtils.deleteRecursively(hidden);
    }

    /** Replaces what a crash may have left under the new name. */
    static void rename(Path place, Path other) throws IOException {
        if (Files.exists(place)) moveInto(place, other);
    }

    /** A second name for the same bytes where the file system has such, else a copy. */
    static void link(Path file, Path place) throws IOException {
        try {
            Files.createLink(place, file);
        } catch (UnsupportedOperationException | FileSystemException _) {
            Files.copy(file, place);
        }
    }

    /** SHA-256 over each file's name, length and bytes. */
    static String sha256(List<Path> files) throws IOException {
        Sha256 sum = new Sha256();
        for (Path file : files) {
            sum.add("%s %d\n".formatted(file.getFileName(), Files.size(file)));
            sum.add(file);
        }
        return sum.hex();
    }

    private static Path hidden(Path place, String why) {
        return place.resolveSibling("." + why + "-" + UUID.randomUUID());
    }
}
