package dev.palimpsest.training;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.training.Checkpoint.Damaged;
import dev.palimpsest.training.Checkpoint.SavedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/** The sizes and SHA-256 of a checkpoint's files, which lie beside them in {@code state/}. */
record Sums(List<SavedFile> files) {
    private static final String FILE = "state/sums.json";

    /** Reads every file once, forces it to the disk and refuses numbers that are none. */
    static Sums of(Path folder) throws IOException {
        List<SavedFile> files = new ArrayList<>();
        for (Path file : regular(folder)) {
            String sum = WrittenFile.sum(file);
            files.add(new SavedFile(relative(folder, file), Files.size(file), sum));
        }
        return new Sums(files);
    }

    static Sums in(Path folder) throws Damaged, IOException {
        try {
            String json = Files.readString(folder.resolve(FILE));
            return new Sums(Arrays.asList(Binder.JSON.readValue(json, SavedFile[].class)));
        } catch (NoSuchFileException missing) {
            throw new Damaged(folder, FILE + " is missing");
        } catch (JacksonException broken) {
            throw new Damaged(folder, FILE + " is no JSON");
        }
    }

    void write(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        Files.writeString(file, Binder.JSON.writeValueAsString(files));
        WrittenFile.force(file);
    }

    void compare(Path folder) throws Damaged, IOException {
        for (SavedFile written : files) {
            Path file = folder.resolve(written.path());
            if (!Files.isRegularFile(file))
                throw new Damaged(folder, written.path() + " is missing");
            if (Files.size(file) != written.bytes())
                throw new Damaged(
                        folder,
                        "%s has %d bytes of %d"
                                .formatted(written.path(), Files.size(file), written.bytes()));
            if (!Sha256.of(file).equals(written.sha256()))
                throw new Damaged(folder, written.path() + " has another SHA-256 than was written");
        }
    }

    List<SavedFile> andItself(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        List<SavedFile> all = new ArrayList<>(files);
        all.add(new SavedFile(FILE, Files.size(file), Sha256.of(file)));
        return all;
    }

    private static List<Path> regular(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String relative(Path folder, Path file) {
        return folder.relativize(file).toString();
    }
}
