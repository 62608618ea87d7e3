package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.data.BuiltInDataset;
import dev.palimpsest.data.BuiltInDatasets;
import dev.palimpsest.home.Home;
import dev.palimpsest.web.Conflict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/** Puts what every installation has into the home folder and the database, where it is missing. */
@Component
@Order(0)
class BuiltIns implements ApplicationRunner {
    private static final Logger log = LoggerFactory.getLogger(BuiltIns.class);

    private final Models models;
    private final Datasets datasets;
    private final Tasks tasks;
    private final StoreDataset store;
    private final BundledModel bundled;
    private final Home home;
    private final Artifacts artifacts;
    private final Clock clock;

    BuiltIns(
            Models models,
            Datasets datasets,
            Tasks tasks,
            StoreDataset store,
            BundledModel bundled,
            Home home,
            Artifacts artifacts,
            Clock clock) {
        this.models = models;
        this.datasets = datasets;
        this.tasks = tasks;
        this.store = store;
        this.bundled = bundled;
        this.home = home;
        this.artifacts = artifacts;
        this.clock = clock;
    }

    /** At the first start there is a second of work in each, which other cores can do. */
    @Override
    public void run(ApplicationArguments arguments) throws Exception {
        List<Callable<?>> work = new ArrayList<>();
        if (bundled.hasWeights()) work.add(this::model);
        for (BuiltInDataset dataset : BuiltInDatasets.all()) work.add(() -> dataset(dataset));
        work.add(tasks::all);
        int cores = Runtime.getRuntime().availableProcessors();
        try (ExecutorService threads = Executors.newFixedThreadPool(cores)) {
            for (Future<?> part : work.stream().map(threads::submit).toList()) part.get();
        }
        log.info("{} tasks and {} datasets are at hand", tasks.all().size(), datasets.count());
    }

    private BaseModel model() throws IOException {
        Path directory = bundled.directory();
        Optional<BaseModel> known = models.findByName(BundledModel.NAME);
        if (known.isPresent()) return known.get();
        ModelContent content = ModelFiles.content(directory);
        artifacts.store(directory, content.files());
        try {
            return models.saveAndFlush(
                    BaseModel.builtIn(BundledModel.NAME, content, clock.instant()));
        } catch (DataIntegrityViolationException _) { // another process was first
            return models.findByName(BundledModel.NAME).orElseThrow();
        }
    }

    private Path dataset(BuiltInDataset origin) throws IOException {
        if (!datasets.existsById(origin.name())) {
            try {
                store.store(
                        origin.name(),
                        folder -> origin.write(folder.resolve("data.jsonl")),
                        content -> Dataset.builtIn(origin, content, clock.instant()));
            } catch (Conflict _) {
                // another process on this database was first
            }
        }
        Path place = home.datasets().resolve(origin.name());
        if (!Files.exists(place)) write(origin, place);
        return place;
    }

    /** The row is known but this machine's folder is new. */
    private static void write(BuiltInDataset origin, Path place) throws IOException {
        Path partial = Folder.emptyBeside(place);
        origin.write(partial.resolve("data.jsonl"));
        Folder.moveInto(partial, place);
    }
}
