package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifact;
import dev.palimpsest.model.Architecture;
import java.util.List;

/** What a checked model directory holds. */
record ModelContent(
        Architecture architecture, long parameters, List<Artifact> files, String sha256) {
    long bytes() {
        return files.stream().mapToLong(Artifact::bytes).sum();
    }
}
