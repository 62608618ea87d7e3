package dev.palimpsest.catalog;

import dev.palimpsest.home.Home;
import dev.palimpsest.web.Conflict;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/** Deletes a dataset and its file, unless something needs it. */
@Component
public class DeleteDataset {
    private final Datasets datasets;
    private final List<InUse> users;
    private final DeletedCatalog deleted;
    private final Home home;

    DeleteDataset(Datasets datasets, List<InUse> users, DeletedCatalog deleted, Home home) {
        this.datasets = datasets;
        this.users = users;
        this.deleted = deleted;
        this.home = home;
    }

    /** One that could be imported can be restored for a while. */
    public void delete(String name) throws IOException {
        Dataset dataset =
                datasets.findByName(name).orElseThrow(() -> DatasetController.missing(name));
        if (dataset.isBuiltIn())
            throw new Conflict("dataset '%s' is built in and cannot be deleted".formatted(name));
        if (dataset.status() == ImportStatus.IMPORTING)
            throw new Conflict(
                    "dataset '%s' is being imported; cancel that first by POST /api/v1/datasets/%s/cancel"
                            .formatted(name, name));
        users.stream()
                .map(user -> user.userOfDataset(name))
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(
                        user -> {
                            throw inUse(name, user);
                        });
        if (dataset.isReady()) hide(name);
        else forget(dataset);
    }

    private void hide(String name) {
        try {
            deleted.hide(DeletedNames.Kind.DATASET, name);
        } catch (DataIntegrityViolationException _) {
            throw inUse(name, "something new");
        }
    }

    private void forget(Dataset dataset) throws IOException {
        try {
            datasets.delete(dataset);
        } catch (DataIntegrityViolationException _) {
            throw inUse(dataset.name(), "something new");
        }
        Folder.remove(dataset.folder(home));
    }

    private static Conflict inUse(String name, String user) {
        return new Conflict("dataset '%s' is used by %s; delete that first".formatted(name, user));
    }
}
