package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.evaluation.BenchmarkFile;
import dev.palimpsest.evaluation.BenchmarkFiles;
import java.nio.file.Files;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The rows of ready datasets, as tasks ask them. */
@Component
class DatasetRows implements BenchmarkFiles {
    private final Datasets datasets;
    private final Artifacts artifacts;

    DatasetRows(Datasets datasets, Artifacts artifacts) {
        this.datasets = datasets;
        this.artifacts = artifacts;
    }

    @Override
    public Optional<BenchmarkFile> find(String name) {
        return datasets.findByName(name)
                .filter(Dataset::isReady)
                .map(
                        dataset ->
                                new BenchmarkFile(
                                        name,
                                        dataset.contentHash().orElseThrow(),
                                        () -> Files.newInputStream(dataset.file(artifacts))));
    }
}
