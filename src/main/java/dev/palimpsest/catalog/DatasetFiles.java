package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifacts;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** Brings a dataset's files into a folder and reads them there as an upload is read. */
@Component
class DatasetFiles implements Importer<Dataset> {
    static final String TASK = "import-dataset";
    private static final int NAMED_FILES = 10;
    private static final int MOST_FILES = 10_000;
    private static final int SAID_FAULTS = 3;

    private final Datasets datasets;
    private final HubFiles hub;
    private final StoredUploads uploads;
    private final LocalPaths paths;
    private final Home home;
    private final Artifacts artifacts;
    private final Clock clock;
    private final DataSize largest;

    DatasetFiles(
            Datasets datasets,
            HubFiles hub,
            StoredUploads uploads,
            LocalPaths paths,
            Home home,
            Artifacts artifacts,
            Clock clock,
            @Value("${palimpsest.largest-upload}") DataSize largest) {
        this.datasets = datasets;
        this.hub = hub;
        this.uploads = uploads;
        this.paths = paths;
        this.home = home;
        this.artifacts = artifacts;
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
        DatasetSource source = attempt.thing().importedFrom().orElse(null);
        List<Sent> files =
                switch (source) {
                    case null -> sent(attempt.id(), into);
                    case DatasetSource.LocalFile(String path) ->
                            copied(paths.stillOpen(path), into, tally);
                    case DatasetSource.Hub remote -> fetched(attempt, remote, into, tally);
                };
        Intake intake = new Intake(attempt.thing().upload(), largest.toBytes(), tally);
        Dataset.Content content;
        try {
            content = StoreDataset.content(into, intake.into(into, files));
        } catch (InvalidSpec unusable) {
            String reason =
                    sentence(source == null ? "the uploaded file" : source.fileName(), unusable);
            return dataset -> dataset.refused(reason, unusable.faults());
        }
        artifacts.store(into, content.artifacts());
        return dataset -> {
            Folder.moveInto(into, dataset.folder(home));
            dataset.imported(content, clock.instant());
        };
    }

    @Override
    public void prepare() throws IOException {
        uploads.sweep();
    }

    @Override
    public void forget(String importId) throws IOException {
        uploads.forget(importId);
    }

    private List<Sent> sent(String importId, Path into) throws IOException {
        uploads.lay(importId, into.resolve(Sent.ALONE.file()));
        return List.of(Sent.ALONE);
    }

    private List<Sent> copied(Path file, Path into, Tally tally) throws IOException {
        if (!Files.isRegularFile(file))
            throw new CannotImport(
                    "there is no file %s on the service's machine; put it there and register the dataset again"
                            .formatted(file));
        long size = Files.size(file);
        if (size > largest.toBytes()) throw new CannotImport(file + " " + tooLarge(size, largest));
        tally.begin(ImportPhase.COPYING, size);
        try (InputStream bytes = tally.open(file)) {
            Files.copy(bytes, into.resolve(Sent.ALONE.file()));
        }
        return List.of(Sent.ALONE);
    }

    private List<Sent> fetched(
            Imports.Attempt<Dataset> attempt, DatasetSource.Hub source, Path into, Tally tally)
            throws IOException, InterruptedException {
        tally.begin(ImportPhase.RESOLVING, null);
        Snapshot snapshot =
                hub.snapshot(attempt, Repository.ofDataset(source.id()), source.revision());
        List<RemoteFile> files = files(snapshot, source);
        long size = files.stream().mapToLong(RemoteFile::size).sum();
        if (size > largest.toBytes())
            throw new CannotImport(
                    "%s of %s %s"
                            .formatted(
                                    source.file(), snapshot.repository(), tooLarge(size, largest)));
        hub.checkRoom(snapshot, files);
        tally.begin(ImportPhase.DOWNLOADING, size);
        List<Sent> sent = new ArrayList<>();
        for (RemoteFile file : files) {
            String name = "%s-%05d".formatted(Sent.ALONE.file(), sent.size());
            hub.fetch(snapshot, file, into.resolve(name), tally::moved);
            sent.add(new Sent(name, files.size() == 1 ? null : file.name()));
        }
        return sent;
    }

    private List<RemoteFile> files(Snapshot snapshot, DatasetSource.Hub source)
            throws IOException, InterruptedException {
        List<String> names =
                RepositoryFiles.isPattern(source.file())
                        ? RepositoryFiles.matching(snapshot.names(), source.file())
                        : List.of(source.file());
        if (names.isEmpty()) throw missing(source, snapshot);
        checkTogether(names, source, snapshot);
        List<RemoteFile> files = new ArrayList<>();
        for (String name : names)
            files.add(hub.file(snapshot, name).orElseThrow(() -> missing(source, snapshot)));
        return files;
    }

    private static void checkTogether(
            List<String> names, DatasetSource.Hub source, Snapshot snapshot) {
        if (names.size() > MOST_FILES)
            throw new CannotImport(
                    "%s of %s are %,d files, and at most %,d are taken; narrow it"
                            .formatted(
                                    source.file(),
                                    snapshot.repository(),
                                    names.size(),
                                    MOST_FILES));
        String first = names.getFirst();
        names.stream()
                .filter(name -> !kind(name).equals(kind(first)))
                .findFirst()
                .ifPresent(
                        other -> {
                            throw new CannotImport(
                                    "%s of %s are files of several kinds, %s and %s among them; narrow it to one kind"
                                            .formatted(
                                                    source.file(),
                                                    snapshot.repository(),
                                                    first,
                                                    other));
                        });
    }

    private static Optional<FileFormat> kind(String path) {
        return FileFormat.of(path.substring(path.lastIndexOf('/') + 1));
    }

    static String tooLarge(long bytes, DataSize largest) {
        return "has %,d bytes, and at most %,d are taken (palimpsest.largest-upload); split it"
                .formatted(bytes, largest.toBytes());
    }

    private static CannotImport missing(DatasetSource.Hub source, Snapshot snapshot) {
        List<String> readable =
                snapshot.names().stream().filter(name -> kind(name).isPresent()).toList();
        List<String> nearest = RepositoryFiles.nearest(readable, source.file());
        String named =
                nearest.isEmpty()
                        ? "none that could be read"
                        : nearest.stream().limit(NAMED_FILES).collect(Collectors.joining(", "))
                                + (nearest.size() > NAMED_FILES ? ", …" : "");
        return new CannotImport(
                "%s has no file %s%s at %s; choose another file or revision: it has %s"
                        .formatted(
                                snapshot.repository(),
                                RepositoryFiles.isPattern(source.file()) ? "that matches " : "",
                                source.file(),
                                source.revision(),
                                named));
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
