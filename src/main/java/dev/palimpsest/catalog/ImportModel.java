package dev.palimpsest.catalog;

import dev.palimpsest.home.Home;
import dev.palimpsest.home.Settings;
import dev.palimpsest.model.RandomModel;
import dev.palimpsest.model.UnsupportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * Copies or makes a model's files in the background. The row stays locked meanwhile, so that an
 * import whose process was killed is done again, and by one process only.
 */
@Component
class ImportModel {
    private static final Logger log = LoggerFactory.getLogger(ImportModel.class);

    private final Models models;
    private final Tokenizers tokenizers;
    private final Home home;
    private final Settings settings;
    private final Clock clock;
    private final TransactionTemplate transaction;

    /** Each import holds a connection, of which requests need the others. */
    private final ReentrantLock oneAtATime = new ReentrantLock();

    ImportModel(
            Models models,
            Tokenizers tokenizers,
            Home home,
            Settings settings,
            Clock clock,
            TransactionTemplate transaction) {
        this.models = models;
        this.tokenizers = tokenizers;
        this.home = home;
        this.settings = settings;
        this.clock = clock;
        this.transaction = transaction;
    }

    /** A model was registered and waits for its files. */
    record Registered(String name) {}

    @Async
    @TransactionalEventListener
    void on(Registered model) {
        run(model.name());
    }

    /** Those whose process was killed; a worker's machine may not have their sources. */
    @Scheduled(fixedDelayString = "PT30S")
    void resume() {
        if (settings.role().answersRequests()) models.importing().forEach(this::run);
    }

    private void run(String name) {
        oneAtATime.lock();
        try {
            transaction.executeWithoutResult(
                    _ -> models.takeImporting(name).ifPresent(model -> models.save(fill(model))));
        } finally {
            oneAtATime.unlock();
        }
    }

    private BaseModel fill(BaseModel model) {
        try {
            Path partial = Folder.emptyBeside(model.directory(home));
            try {
                ModelContent content =
                        write(Objects.requireNonNull(model.source().orElse(null)), partial);
                Folder.moveInto(partial, model.directory(home));
                model.imported(content, clock.instant());
                log.info("model {} is ready", model.name());
            } finally {
                FileSystemUtils.deleteRecursively(partial);
            }
        } catch (UnsupportedModel | IOException reason) {
            log.warn("model {} could not be imported", model.name(), reason);
            model.failed(sentence(reason));
        }
        return model;
    }

    private ModelContent write(ModelSource source, Path into) throws IOException {
        switch (source) {
            case ModelSource.Directory(String path) ->
                    copy(ModelDirectory.checked(Path.of(path)).files(), into);
            case ModelSource.Random(var config, long seed, String tokenizer) -> {
                copy(tokenizers.files(tokenizer), into);
                RandomModel.write(into, config, seed);
            }
        }
        return content(into);
    }

    /** What lies in a folder, checked once more where it will stay. */
    static ModelContent content(Path folder) throws IOException {
        ModelDirectory directory = ModelDirectory.checked(folder);
        long bytes = 0;
        for (Path file : directory.files()) bytes += Files.size(file);
        return new ModelContent(
                directory.architecture(),
                ModelSizes.parameters(directory.architecture()),
                bytes,
                Folder.sha256(directory.files()));
    }

    private static void copy(List<Path> files, Path into) throws IOException {
        for (Path file : files) Files.copy(file, into.resolve(file.getFileName().toString()));
    }

    private static String sentence(Exception reason) {
        return reason instanceof UnsupportedModel
                ? String.valueOf(reason.getMessage())
                : "its files could not be copied: " + reason;
    }
}
