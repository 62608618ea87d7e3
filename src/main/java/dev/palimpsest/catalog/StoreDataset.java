package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.home.Home;
import dev.palimpsest.projects.Bounds;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.web.Conflict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

/** Registers a file of documents whole: each line found good, its row and its folder together. */
@Component
class StoreDataset {
    private final Datasets datasets;
    private final Bounds bounds;
    private final Home home;
    private final Artifacts artifacts;
    private final TransactionTemplate transaction;

    StoreDataset(
            Datasets datasets,
            Bounds bounds,
            Home home,
            Artifacts artifacts,
            TransactionTemplate transaction) {
        this.datasets = datasets;
        this.bounds = bounds;
        this.home = home;
        this.artifacts = artifacts;
        this.transaction = transaction;
    }

    /** Leaves {@code data.jsonl} in a folder and says how many documents it has, or refuses. */
    interface Filling {
        long into(Path folder) throws IOException;
    }

    Dataset store(String name, Filling filling, Function<Dataset.Content, Dataset> made)
            throws IOException {
        return store(name, filling, made, _ -> {});
    }

    /** The same with what is to be stored in the same transaction. */
    Dataset store(
            String name,
            Filling filling,
            Function<Dataset.Content, Dataset> made,
            Consumer<Dataset> with)
            throws IOException {
        if (datasets.existsById(name)) throw taken(name);
        bounds.requireRoom(0);
        Path place = home.datasets().resolve(name);
        Path partial = Folder.emptyBeside(place);
        try {
            Dataset.Content content = content(partial, filling.into(partial));
            bounds.requireRoom(content.bytes());
            artifacts.store(partial, content.artifacts());
            return register(made.apply(content), partial, place, with);
        } catch (DataIntegrityViolationException _) {
            throw taken(name);
        } finally {
            FileSystemUtils.deleteRecursively(partial);
        }
    }

    /** What a filled folder holds. */
    static Dataset.Content content(Path filled, long documents) throws IOException {
        Path file = filled.resolve(Dataset.Content.FILE);
        return new Dataset.Content(documents, Files.size(file), Sha256.of(file));
    }

    /** The row is inserted first: its key keeps others from the place until the commit. */
    private Dataset register(Dataset dataset, Path partial, Path place, Consumer<Dataset> with) {
        return transaction.execute(
                _ -> {
                    Dataset saved = datasets.saveAndFlush(dataset);
                    with.accept(saved);
                    try {
                        Folder.moveInto(partial, place);
                    } catch (IOException failed) {
                        throw new java.io.UncheckedIOException(failed);
                    }
                    return saved;
                });
    }

    static Conflict taken(String name) {
        return new Conflict(
                "there is a dataset '%s' already; delete it first or choose another name"
                        .formatted(name));
    }
}
