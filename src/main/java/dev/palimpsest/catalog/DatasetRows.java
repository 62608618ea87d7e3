package dev.palimpsest.catalog;

import dev.palimpsest.evaluation.BenchmarkFile;
import dev.palimpsest.evaluation.BenchmarkFiles;
import dev.palimpsest.home.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The rows of ready datasets, as tasks ask them. */
@Component
class DatasetRows implements BenchmarkFiles {
    private final Datasets datasets;
    private final Home home;

    DatasetRows(Datasets datasets, Home home) {
        this.datasets = datasets;
        this.home = home;
    }

    @Override
    public Optional<BenchmarkFile> find(String name) {
        return datasets.findByName(name)
                .filter(Dataset::isReady)
                .map(
                        dataset -> {
                            Path file = dataset.file(home);
                            return new BenchmarkFile(
                                    name,
                                    dataset.contentHash().orElseThrow(),
                                    () -> Files.newInputStream(file));
                        });
    }
}
