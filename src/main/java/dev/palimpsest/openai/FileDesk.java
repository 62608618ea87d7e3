package dev.palimpsest.openai;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.artifacts.Deletable;
import dev.palimpsest.catalog.DatasetDesk;
import dev.palimpsest.catalog.DeleteDataset;
import dev.palimpsest.catalog.DeletedCatalog;
import dev.palimpsest.data.DocumentFile;
import dev.palimpsest.data.Format;
import dev.palimpsest.home.Home;
import dev.palimpsest.projects.CurrentProject;
import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.Ids;
import dev.palimpsest.web.NotFound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.multipart.MultipartFile;

/** Takes files and lets them go, each with the dataset that it is. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE) // a file is purged before its dataset
class FileDesk implements Deletable {
    private static final Logger log = LoggerFactory.getLogger(FileDesk.class);

    private final StoredFiles files;
    private final DatasetDesk datasets;
    private final DeleteDataset deleteDataset;
    private final DeletedCatalog deletedCatalog;
    private final TransactionTemplate transaction;
    private final Home home;
    private final Artifacts artifacts;
    private final Ids ids;
    private final Clock clock;

    FileDesk(
            StoredFiles files,
            DatasetDesk datasets,
            DeleteDataset deleteDataset,
            DeletedCatalog deletedCatalog,
            TransactionTemplate transaction,
            Home home,
            Artifacts artifacts,
            Ids ids,
            Clock clock) {
        this.files = files;
        this.datasets = datasets;
        this.deleteDataset = deleteDataset;
        this.deletedCatalog = deletedCatalog;
        this.transaction = transaction;
        this.home = home;
        this.artifacts = artifacts;
        this.ids = ids;
        this.clock = clock;
    }

    /** Reads it to its end before it answers; what is wrong with its lines is kept beside it. */
    StoredFile take(MultipartFile sent, FileForm form, boolean again) throws IOException {
        deleteExpired();
        String id = "file-" + ids.next("file").substring("file_".length());
        Path arrived = home.uploads().resolve(id); // swept there if the service is killed meanwhile
        try {
            sent.transferTo(arrived.toFile());
            String sum = Sha256.of(arrived);
            Optional<StoredFile> known =
                    again
                            ? files.sentSince(
                                    clock.instant().minus(Retry.LONGEST), sum, form.filename())
                            : Optional.empty();
            if (known.isPresent()) return known.get();
            StoredFile file = file(id, form, Files.size(arrived), sum, null);
            artifacts.store(home.uploads(), List.of(file.artifact()));
            return store(file, arrived);
        } finally {
            Files.deleteIfExists(arrived);
        }
    }

    private StoredFile store(StoredFile good, Path arrived) throws IOException {
        try {
            datasets.register(
                    good.id(),
                    format(arrived),
                    arrived,
                    "The file " + good.filename() + ", sent to /v1/files",
                    _ -> add(good, arrived));
            return good;
        } catch (InvalidSpec refused) {
            StoredFile bad =
                    new StoredFile(
                            good.id(),
                            good.filename(),
                            good.bytes(),
                            good.sha256(),
                            refused.faults().stream()
                                    .map(Fault::detail)
                                    .collect(Collectors.joining("; ")),
                            good.createdAt(),
                            good.expiresAt());
            transaction.executeWithoutResult(_ -> add(bad, arrived));
            return bad;
        }
    }

    /** The bytes are in their place before the row can be read. */
    private void add(StoredFile file, Path arrived) {
        files.add(file);
        try {
            Files.move(arrived, home.files().resolve(file.id()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private StoredFile file(
            String id, FileForm form, long bytes, String sum, @Nullable String error) {
        Instant now = clock.instant();
        Duration after = form.expiresAfter();
        return new StoredFile(
                id,
                form.filename(),
                bytes,
                sum,
                error,
                now,
                after == null ? null : now.plus(after));
    }

    /** Told by the first line, as nobody says it. */
    private static Format format(Path file) throws IOException {
        Set<String> fields = DocumentFile.firstFields(file);
        if (fields.contains("preferred_output"))
            throw new InvalidSpec(
                    "/file", "line 1: has a preference, which is for dpo; that is not done here");
        if (fields.contains("messages") || fields.isEmpty()) return Format.MESSAGES;
        if (fields.contains("prompt") || fields.contains("completion"))
            return Format.PROMPT_COMPLETION;
        throw new InvalidSpec(
                "/file", "line 1: has neither messages nor a prompt and a completion");
    }

    void delete(String id) throws IOException {
        files.named(id);
        hide(id);
    }

    /** With its dataset; both can be restored for a while. */
    private void hide(String id) throws IOException {
        alone(
                () -> {
                    boolean dataset = files.isDataset(id);
                    if (files.hide(id) && dataset) deleteDataset.delete(id);
                });
    }

    StoredFile restore(String id) throws IOException {
        String project = CurrentProject.own();
        alone(
                () -> {
                    if (!files.show(id, project)) throw noneDeleted(id);
                    if (files.hasDataset(id)) deletedCatalog.restoreDataset(id, project);
                });
        return files.named(id);
    }

    /** Its dataset is purged after it. */
    @Override
    public void purge(Instant deletedBefore, @Nullable String project) throws IOException {
        for (String id : files.hiddenBefore(deletedBefore, project))
            if (files.forget(id)) Files.deleteIfExists(home.files().resolve(id));
    }

    /** Something that the database's policies hide, in one transaction. */
    private void alone(Change change) throws IOException {
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            transaction.executeWithoutResult(
                    _ -> {
                        try {
                            change.make();
                        } catch (IOException failed) {
                            throw new UncheckedIOException(failed);
                        }
                    });
        }
    }

    private interface Change {
        void make() throws IOException;
    }

    private static NotFound noneDeleted(String id) {
        return new NotFound(
                "there is no deleted file '%s'; GET /api/v1/storage/deleted lists what can be restored"
                        .formatted(id));
    }

    private void deleteExpired() throws IOException {
        for (String id : files.expired()) {
            try {
                hide(id);
            } catch (Conflict needed) {
                log.info("{} has expired and stays for now: {}", id, needed.getMessage());
            }
        }
    }
}
