package dev.palimpsest.catalog;

import dev.palimpsest.background.Waiting;
import dev.palimpsest.home.Home;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.projects.Bounds;
import dev.palimpsest.projects.CurrentProject;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.Ids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Checks a model's source and registers it, or says what is wrong and registers nothing. */
@Component
class RegisterModel {
    private final Models models;
    private final Tokenizers tokenizers;
    private final Bounds bounds;
    private final LocalPaths paths;
    private final Home home;
    private final Ids ids;
    private final Clock clock;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;

    RegisterModel(
            Models models,
            Tokenizers tokenizers,
            Bounds bounds,
            LocalPaths paths,
            Home home,
            Ids ids,
            Clock clock,
            TransactionTemplate transaction,
            ApplicationEventPublisher events) {
        this.models = models;
        this.tokenizers = tokenizers;
        this.bounds = bounds;
        this.paths = paths;
        this.home = home;
        this.ids = ids;
        this.clock = clock;
        this.transaction = transaction;
        this.events = events;
    }

    BaseModel register(ModelRequest request) throws IOException {
        CurrentProject.requireOwn(request.name());
        bounds.requireRoom(0); // how large it is, its import will see
        if (models.existsById(request.name())) throw taken(request.name());
        check(request.source());
        try {
            return transaction.execute(_ -> save(request));
        } catch (DataIntegrityViolationException _) {
            throw taken(request.name());
        }
    }

    private BaseModel save(ModelRequest request) {
        String importId = ids.next("imp");
        events.publishEvent(new Waiting(ModelFiles.TASK, importId));
        return models.save(
                BaseModel.importing(request.name(), request.source(), importId, clock.instant()));
    }

    private void check(ModelSource source) throws IOException {
        switch (source) {
            case ModelSource.Directory(String path) -> {
                try {
                    ModelDirectory.checked(paths.checked(path, "/source/path"));
                } catch (UnsupportedModel reason) {
                    throw new InvalidSpec("/source/path", String.valueOf(reason.getMessage()));
                } catch (IOException unreadable) {
                    throw new InvalidSpec("/source/path", "cannot be read: " + unreadable);
                }
            }
            case ModelSource.Random random -> check(random);
            case ModelSource.Gguf(String path) -> {
                if (!Files.isRegularFile(paths.checked(path, "/source/path")))
                    throw new InvalidSpec(
                            "/source/path",
                            "there is no file %s on the service's machine".formatted(path));
            }
            case ModelSource.Hub _ -> {
                // what the hub may say takes its time; the import asks, and asks first
            }
        }
    }

    private void check(ModelSource.Random random) throws IOException {
        Architecture architecture;
        try {
            architecture = Architecture.of(random.config());
        } catch (UnsupportedModel reason) {
            throw new InvalidSpec("/source/config", String.valueOf(reason.getMessage()));
        }
        checkRoom(architecture);
        try {
            List<Path> files = tokenizers.files(random.tokenizer());
            ModelDirectory.checkTokenizer(architecture, files.getFirst());
        } catch (UnsupportedModel reason) {
            throw new InvalidSpec("/source/tokenizer", String.valueOf(reason.getMessage()));
        }
    }

    private void checkRoom(Architecture architecture) throws IOException {
        long needed = architecture.parameters() * Float.BYTES;
        long free = Files.getFileStore(home.models()).getUsableSpace();
        if (needed < 0 || needed > free)
            throw new InvalidSpec(
                    "/source/config",
                    "would take %,d MB, and %s has %,d MB left"
                            .formatted(needed >> 20, home.models(), free >> 20));
    }

    private static Conflict taken(String name) {
        return new Conflict(
                "there is a model '%s' already; delete it first or choose another name"
                        .formatted(name));
    }
}
