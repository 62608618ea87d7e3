package dev.palimpsest.catalog;

import dev.palimpsest.home.Home;
import dev.palimpsest.web.Conflict;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Deletes a dataset and its file, unless something needs it. */
@Component
public class DeleteDataset {
    private final Datasets datasets;
    private final List<InUse> users;
    private final Home home;

    DeleteDataset(Datasets datasets, List<InUse> users, Home home) {
        this.datasets = datasets;
        this.users = users;
        this.home = home;
    }

    @Transactional(rollbackFor = IOException.class)
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
        try {
            datasets.delete(dataset);
            datasets.flush();
        } catch (DataIntegrityViolationException _) {
            throw inUse(name, "something new");
        }
        Folder.remove(dataset.folder(home));
    }

    private static Conflict inUse(String name, String user) {
        return new Conflict("dataset '%s' is used by %s; delete that first".formatted(name, user));
    }
}
