package dev.palimpsest.catalog;

import dev.palimpsest.data.DocumentFile;
import dev.palimpsest.data.Format;
import dev.palimpsest.home.Home;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.web.Conflict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

/** Registers a file of documents whole: each line found good, its row and its folder together. */
@Component
class StoreDataset {
    private final Datasets datasets;
    private final Home home;
    private final TransactionTemplate transaction;

    StoreDataset(Datasets datasets, Home home, TransactionTemplate transaction) {
        this.datasets = datasets;
        this.home = home;
        this.transaction = transaction;
    }

    /** Puts the bytes where they are asked to be. */
    interface Writing {
        void to(Path file) throws IOException;
    }

    Dataset store(
            String name, Format format, Writing writing, Function<Dataset.Content, Dataset> made)
            throws IOException {
        if (datasets.existsById(name)) throw taken(name);
        Path place = home.datasets().resolve(name);
        Path partial = Folder.emptyBeside(place);
        try {
            Path file = partial.resolve("data.jsonl");
            writing.to(file);
            return register(made.apply(checked(file, format)), partial, place);
        } catch (DataIntegrityViolationException _) {
            throw taken(name);
        } finally {
            FileSystemUtils.deleteRecursively(partial);
        }
    }

    /** The row is inserted first: its key keeps others from the place until the commit. */
    private Dataset register(Dataset dataset, Path partial, Path place) {
        return transaction.execute(
                _ -> {
                    Dataset saved = datasets.saveAndFlush(dataset);
                    try {
                        Folder.moveInto(partial, place);
                    } catch (IOException failed) {
                        throw new java.io.UncheckedIOException(failed);
                    }
                    return saved;
                });
    }

    private static Dataset.Content checked(Path file, Format format) throws IOException {
        DocumentFile.Report report;
        try (InputStream bytes = Files.newInputStream(file)) {
            report = DocumentFile.read(bytes, format, _ -> {});
        }
        Faults faults = new Faults();
        faults.require(
                report.bad() == 0,
                "/file",
                "%d of %d lines are bad%s"
                        .formatted(
                                report.bad(),
                                report.documents() + report.bad(),
                                report.bad() > report.badLines().size()
                                        ? "; the first %d follow"
                                                .formatted(report.badLines().size())
                                        : ""));
        for (DocumentFile.BadLine line : report.badLines())
            faults.require(false, "/file", "line %d: %s".formatted(line.line(), line.detail()));
        faults.require(
                report.documents() + report.bad() > 0,
                "/file",
                "is empty; a dataset needs one document at least");
        faults.raise();
        return new Dataset.Content(report.documents(), Files.size(file), Sha256.of(file));
    }

    private static Conflict taken(String name) {
        return new Conflict(
                "there is a dataset '%s' already; delete it first or choose another name"
                        .formatted(name));
    }
}
