package dev.palimpsest.catalog;

import dev.palimpsest.background.Waiting;
import dev.palimpsest.projects.Bounds;
import dev.palimpsest.projects.CurrentProject;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.Ids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;
import org.springframework.web.multipart.MultipartFile;

/** Registers a dataset whose file is still to be had, or to be read. */
@Component
class RegisterDataset {
    private final Datasets datasets;
    private final StoredUploads uploads;
    private final Bounds bounds;
    private final LocalPaths paths;
    private final Ids ids;
    private final Clock clock;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final DataSize largest;

    RegisterDataset(
            Datasets datasets,
            StoredUploads uploads,
            Bounds bounds,
            LocalPaths paths,
            Ids ids,
            Clock clock,
            TransactionTemplate transaction,
            ApplicationEventPublisher events,
            @Value("${palimpsest.largest-upload}") DataSize largest) {
        this.datasets = datasets;
        this.uploads = uploads;
        this.bounds = bounds;
        this.paths = paths;
        this.ids = ids;
        this.clock = clock;
        this.transaction = transaction;
        this.events = events;
        this.largest = largest;
    }

    Dataset register(DatasetRequest request) throws IOException {
        CurrentProject.requireOwn(request.name());
        bounds.requireRoom(0); // how large it is, its import will see
        if (datasets.existsById(request.name())) throw StoreDataset.taken(request.name());
        check(request.source());
        return save(ids.next("imp"), request.upload(), request.source());
    }

    /** Of a file that was sent; it is kept until it has been read. */
    Dataset register(DatasetUpload upload, MultipartFile file) throws IOException {
        CurrentProject.requireOwn(upload.name());
        bounds.requireRoom(file.getSize());
        if (datasets.existsById(upload.name())) throw StoreDataset.taken(upload.name());
        String importId = ids.next("imp");
        uploads.keep(file, importId);
        try {
            return save(importId, upload, null);
        } catch (Conflict taken) {
            uploads.forget(importId);
            throw taken;
        }
    }

    private Dataset save(String importId, DatasetUpload upload, @Nullable DatasetSource source) {
        Dataset dataset = Dataset.importing(upload, source, importId, clock.instant());
        try {
            return transaction.execute(
                    _ -> {
                        events.publishEvent(new Waiting(DatasetFiles.TASK, importId));
                        return datasets.save(dataset);
                    });
        } catch (DataIntegrityViolationException _) {
            throw StoreDataset.taken(upload.name());
        }
    }

    private void check(DatasetSource source) throws IOException {
        switch (source) {
            case DatasetSource.LocalFile(String path) -> {
                Path file = paths.checked(path, "/source/path");
                if (!Files.isRegularFile(file) || !Files.isReadable(file))
                    throw new InvalidSpec(
                            "/source/path",
                            "there is no file %s on the service's machine that it may read"
                                    .formatted(path));
                if (Files.size(file) > largest.toBytes())
                    throw new InvalidSpec(
                            "/source/path", DatasetFiles.tooLarge(Files.size(file), largest));
            }
            case DatasetSource.Hub _ -> {
                // what the hub may say takes its time; the import asks, and asks first
            }
        }
    }
}
