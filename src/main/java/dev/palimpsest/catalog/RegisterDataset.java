package dev.palimpsest.catalog;

import dev.palimpsest.background.Waiting;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.web.Ids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

/** Registers a dataset whose file is still to be had. */
@Component
class RegisterDataset {
    private final Datasets datasets;
    private final Ids ids;
    private final Clock clock;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final DataSize largest;

    RegisterDataset(
            Datasets datasets,
            Ids ids,
            Clock clock,
            TransactionTemplate transaction,
            ApplicationEventPublisher events,
            @Value("${palimpsest.largest-upload}") DataSize largest) {
        this.datasets = datasets;
        this.ids = ids;
        this.clock = clock;
        this.transaction = transaction;
        this.events = events;
        this.largest = largest;
    }

    Dataset register(DatasetRequest request) throws IOException {
        if (datasets.existsById(request.name())) throw StoreDataset.taken(request.name());
        check(request.source());
        try {
            return transaction.execute(_ -> save(request));
        } catch (DataIntegrityViolationException _) {
            throw StoreDataset.taken(request.name());
        }
    }

    private Dataset save(DatasetRequest request) {
        String importId = ids.next("imp");
        events.publishEvent(new Waiting(DatasetFiles.TASK, importId));
        return datasets.save(
                Dataset.importing(request.upload(), request.source(), importId, clock.instant()));
    }

    private void check(DatasetSource source) throws IOException {
        switch (source) {
            case DatasetSource.LocalFile(String path) -> {
                Path file = Path.of(path);
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
