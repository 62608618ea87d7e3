package dev.palimpsest.exports;

import dev.palimpsest.home.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Where exports lie: each attempt writes into a folder of its own, which a made one then leaves.
 */
@Component
class ExportFolders {
    private static final String PART = ".part";

    private final Path exports;

    ExportFolders(Home home) {
        this.exports = home.exports();
    }

    /** Where one lies, below the home folder. */
    static String name(String id) {
        return "exports/" + id;
    }

    Path made(String id) {
        return exports.resolve(id);
    }

    /** Named after the attempt: one that was replaced and wakes up must not touch this one's. */
    Path part(String id, int attempt) {
        return exports.resolve(id + "." + attempt + PART);
    }

    /** Replaces what a crash between the move and its transaction's end may have left. */
    void move(Path files, String id) throws IOException {
        FileSystemUtils.deleteRecursively(made(id));
        Files.move(files, made(id), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes what attempts left whose process was killed. */
    void sweep(String id) throws IOException {
        delete(name -> name.startsWith(id + ".") && name.endsWith(PART));
    }

    void delete(String id) throws IOException {
        FileSystemUtils.deleteRecursively(made(id));
        sweep(id);
    }

    /** Deletes what belongs to exports that are no more; a row is made before its folders are. */
    void deleteAllBut(Predicate<String> exists) throws IOException {
        delete(name -> !exists.test(name.split("\\.", 2)[0]));
    }

    private void delete(Predicate<String> name) throws IOException {
        try (Stream<Path> entries = Files.list(exports)) {
            List<Path> doomed =
                    entries.filter(entry -> name.test(entry.getFileName().toString())).toList();
            for (Path entry : doomed) FileSystemUtils.deleteRecursively(entry);
        }
    }
}
