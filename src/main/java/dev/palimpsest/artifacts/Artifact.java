package dev.palimpsest.artifacts;

import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file as its row names it, its path relative to the folder that it belongs to. */
public record Artifact(String path, long bytes, String sha256) {

    /** What lies in a folder, as rows are to name it. */
    public static List<Artifact> of(Path folder, List<Path> files) throws IOException {
        List<Artifact> all = new ArrayList<>();
        for (Path file : files)
            all.add(
                    new Artifact(
                            folder.relativize(file).toString(), Files.size(file), Sha256.of(file)));
        return all;
    }
}
