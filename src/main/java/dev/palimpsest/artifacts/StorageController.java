package dev.palimpsest.artifacts;

import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What files take, for those who pay for them. */
@Tag(name = "Storage", description = "What files take")
@RestController
@RequestMapping("/api/v1/storage")
class StorageController {
    private final Storage storage;
    private final Purges purges;
    private final RetentionSettings retention;

    StorageController(Storage storage, Purges purges, RetentionSettings retention) {
        this.storage = storage;
        this.purges = purges;
        this.retention = retention;
    }

    record StorageList(List<Storage.Part> data) {}

    record StorageByProject(List<Storage.ProjectPart> data) {}

    /** What was deleted, and until when it can be restored. */
    record DeletedView(
            String kind,
            String id,
            String name,
            long bytes,
            Instant deletedAt,
            Instant purgedAfter) {}

    record DeletedList(List<DeletedView> data) {}

    @Operation(
            summary = "Read what files take",
            description =
                    "By kind: checkpoints, exports, datasets, models, sent files. Equal files are"
                            + " counted as often as they are named. `deleted_bytes` are of what was"
                            + " deleted and can be restored; they come free when it is purged. Those"
                            + " who run the service read one project's at a time, by the header"
                            + " `Palimpsest-Project`; what comes with the service is everybody's.")
    @Example(
            response =
                    """
                    {"data": [{"kind": "checkpoint", "things": 12, "files": 60, "bytes": 85094808, "deleted_bytes": 7091234}]}""")
    @GetMapping
    StorageList read() {
        return new StorageList(storage.parts());
    }

    @Operation(
            summary = "Read what each project's files take",
            description =
                    "As quotas count it: with what was deleted and is not purged yet. For those who run"
                            + " the service.")
    @Example(
            response =
                    """
                    {"data": [{"project": "vision", "things": 12, "bytes": 85094808, "deleted_bytes": 7091234, "quota_bytes": 100000000000}]}""")
    @GetMapping("/projects")
    StorageByProject byProject() {
        return new StorageByProject(storage.byProject());
    }

    @Operation(
            summary = "List what was deleted and can be restored",
            description =
                    "Experiments, models, datasets, exports and sent files of the project, the last"
                            + " first; for administrators. `POST …/{id}/restore` beside the address that it"
                            + " had undoes a deletion.")
    @Example(
            response =
                    """
                    {"data": [{"kind": "model", "id": "smollm2", "name": "smollm2", "bytes": 269060552,
                               "deleted_at": "2026-01-01T00:00:00Z", "purged_after": "2026-01-08T00:00:00Z"}]}""")
    @GetMapping("/deleted")
    DeletedList deleted() {
        return new DeletedList(storage.deleted().stream().map(this::view).toList());
    }

    @Operation(
            summary = "Purge what was deleted",
            description =
                    "All of the project's, at once and for good, with its files; for administrators.")
    @DeleteMapping("/deleted")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void purge() throws IOException {
        purges.ownNow();
    }

    private DeletedView view(Storage.DeletedThing thing) {
        return new DeletedView(
                thing.kind(),
                thing.id(),
                thing.name(),
                thing.bytes(),
                thing.deletedAt(),
                thing.deletedAt().plus(retention.deleted()));
    }
}
