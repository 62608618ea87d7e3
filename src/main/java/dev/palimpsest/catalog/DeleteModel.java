package dev.palimpsest.catalog;

import dev.palimpsest.home.Home;
import dev.palimpsest.web.Conflict;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/** Deletes a base model and its files, unless something needs it. */
@Component
public class DeleteModel {
    private final Models models;
    private final List<InUse> users;
    private final DeletedCatalog deleted;
    private final Home home;

    DeleteModel(Models models, List<InUse> users, DeletedCatalog deleted, Home home) {
        this.models = models;
        this.users = users;
        this.deleted = deleted;
        this.home = home;
    }

    /** One that could be imported can be restored for a while. */
    public void delete(String name) throws IOException {
        BaseModel model = models.findByName(name).orElseThrow(() -> ModelController.missing(name));
        if (model.isBuiltIn())
            throw new Conflict("model '%s' is built in and cannot be deleted".formatted(name));
        if (model.status() == ImportStatus.IMPORTING)
            throw new Conflict(
                    "model '%s' is being imported; cancel that first by POST /api/v1/models/%s/cancel"
                            .formatted(name, name));
        users.stream()
                .map(user -> user.userOfModel(name))
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(
                        user -> {
                            throw inUse(name, user);
                        });
        if (model.isReady()) hide(name);
        else forget(model);
    }

    private void hide(String name) {
        try {
            deleted.hide(DeletedNames.Kind.MODEL, name);
        } catch (DataIntegrityViolationException _) {
            throw inUse(name, "an experiment or a job");
        }
    }

    private void forget(BaseModel model) throws IOException {
        try {
            models.delete(model);
        } catch (DataIntegrityViolationException _) {
            throw inUse(model.name(), "an experiment or a job");
        }
        Folder.remove(model.directory(home));
    }

    private static Conflict inUse(String name, String user) {
        return new Conflict("model '%s' is used by %s; delete that first".formatted(name, user));
    }
}
