package dev.palimpsest.catalog;

import dev.palimpsest.data.FileFormat;
import dev.palimpsest.home.Home;
import dev.palimpsest.hub.RemoteFile;
import dev.palimpsest.hub.Repository;
import dev.palimpsest.hub.Snapshot;
import dev.palimpsest.spec.InvalidSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** Brings a dataset's file into a folder and reads it there as an upload is read. */
@Component
class DatasetFiles implements Importer<Dataset> {
    static final String TASK = "import-dataset";
    private static final int NAMED_FILES = 20;
    private static final int SAID_FAULTS = 3;

    private final Datasets datasets;
    private final HubFiles hub;
    private final Home home;
    private final Clock clock;
    private final DataSize largest;

    DatasetFiles(
            Datasets datasets,
            HubFiles hub,
            Home home,
            Clock clock,
            @Value("${palimpsest.largest-upload}") DataSize largest) {
        this.datasets = datasets;
        this.hub = hub;
        this.home = home;
        this.clock = clock;
        this.largest = largest;
    }

    @Override
    public String task() {
        return TASK;
    }

    @Override
    public ImportRows<Dataset> rows() {
        return datasets;
    }

    @Override
    public Path place() {
        return home.datasets();
    }

    @Override
    public Move<Dataset> write(Imports.Attempt<Dataset> attempt, Path into, Tally tally)
            throws IOException, InterruptedException {
        DatasetSource source = attempt.thing().importedFrom().orElseThrow();
        Path sent = into.resolve(Intake.SENT);
        switch (source) {
            case DatasetSource.LocalFile(String path) -> copy(Path.of(path), sent, tally);
            case DatasetSource.Hub remote -> fetch(attempt, remote, sent, tally);
        }
        Intake intake = new Intake(attempt.thing().upload(), largest.toBytes(), tally);
        Dataset.Content content;
        try {
            content = StoreDataset.content(into, intake.into(into));
        } catch (InvalidSpec unusable) {
            String reason = sentence(source.fileName(), unusable);
            return dataset -> dataset.refused(reason, unusable.faults());
        }
        return dataset -> {
            Folder.moveInto(into, dataset.folder(home));
            dataset.imported(content, clock.instant());
        };
    }

    private void copy(Path file, Path to, Tally tally) throws IOException {
        if (!Files.isRegularFile(file))
            throw new CannotImport(
                    "there is no file %s on the service's machine; put it there and register the dataset again"
                            .formatted(file));
        long size = Files.size(file);
        if (size > largest.toBytes()) throw new CannotImport(file + " " + tooLarge(size, largest));
        tally.begin(ImportPhase.COPYING, size);
        try (InputStream bytes = tally.open(file)) {
            Files.copy(bytes, to);
        }
    }

    private void fetch(
            Imports.Attempt<Dataset> attempt, DatasetSource.Hub source, Path to, Tally tally)
            throws IOException, InterruptedException {
        tally.begin(ImportPhase.RESOLVING, null);
        Snapshot snapshot =
                hub.snapshot(attempt, Repository.ofDataset(source.id()), source.revision());
        RemoteFile file =
                hub.file(snapshot, source.file()).orElseThrow(() -> missing(source, snapshot));
        if (file.size() > largest.toBytes())
            throw new CannotImport(
                    "%s of %s %s"
                            .formatted(
                                    file.name(),
                                    snapshot.repository(),
                                    tooLarge(file.size(), largest)));
        hub.checkRoom(snapshot, List.of(file));
        tally.begin(ImportPhase.DOWNLOADING, file.size());
        hub.fetch(snapshot, file, to, tally::moved);
    }

    static String tooLarge(long bytes, DataSize largest) {
        return "has %,d bytes, and at most %,d are taken (palimpsest.largest-upload); split it"
                .formatted(bytes, largest.toBytes());
    }

    private static CannotImport missing(DatasetSource.Hub source, Snapshot snapshot) {
        List<String> others =
                snapshot.names().stream().filter(name -> FileFormat.of(name).isPresent()).toList();
        String named =
                others.isEmpty()
                        ? "none that could be read"
                        : others.stream().limit(NAMED_FILES).collect(Collectors.joining(", "))
                                + (others.size() > NAMED_FILES ? ", …" : "");
        return new CannotImport(
                "%s has no file %s at %s; choose another file or revision: it has %s"
                        .formatted(snapshot.repository(), source.file(), source.revision(), named));
    }

    /** The first faults; all of them are kept beside it. */
    private static String sentence(String file, InvalidSpec unusable) {
        String first =
                unusable.faults().stream()
                        .limit(SAID_FAULTS)
                        .map(
                                fault ->
                                        fault.pointer().equals("/file")
                                                ? fault.detail()
                                                : fault.pointer() + " " + fault.detail())
                        .collect(Collectors.joining("; "));
        return "%s cannot be used: %s%s. Delete the dataset, correct that and register it again"
                .formatted(
                        file,
                        first,
                        unusable.faults().size() > SAID_FAULTS ? "; errors has them all" : "");
    }
}
