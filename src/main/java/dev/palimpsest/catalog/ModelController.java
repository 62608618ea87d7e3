package dev.palimpsest.catalog;

import dev.palimpsest.projects.CurrentProject;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.net.URI;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Base models by HTTP. */
@RestController
@RequestMapping("/api/v1/models")
@Tag(name = "Models", description = "Base models that jobs start from")
class ModelController {
    private static final String MODEL =
            """
            {"name": "tiny", "status": "ready",
             "source": {"type": "directory", "path": "/models/tiny"},
             "built_in": false, "error": null, "progress": null, "commit": null,
             "architecture": {"vocabulary": 4096, "hidden": 64, "layers": 2, "heads": 4,
                              "key_value_heads": 2, "head_size": 16, "intermediate": 128,
                              "rotary": {"type": "default", "theta": 10000.0}, "epsilon": 1e-5, "tied": true,
                              "longest": 512, "attention_bias": "none", "head_norms": false, "window": 0},
             "parameters": 336192, "bytes": 1594300,
             "content_hash": "9c4bd0ee6d6b9b4b1c39bbf3f6ed0b0e7d5b0c1f2f6c0c62ad0e1fbd1c0a5f3e",
             "created_at": "2026-01-01T00:00:00Z", "ready_at": "2026-01-01T00:00:01Z"}""";

    private static final String IMPORTING =
            """
            {"name": "smollm2", "status": "importing",
             "source": {"type": "hub", "id": "HuggingFaceTB/SmolLM2-135M", "revision": "main"},
             "built_in": false, "error": null,
             "progress": {"phase": "downloading", "bytes_done": 104857600, "bytes_total": 272394752,
                          "rows_done": null, "rows_total": null},
             "commit": "93efa2f097d58c2a74874c7e644dbc9b0cee75a2",
             "architecture": null, "parameters": null, "bytes": null, "content_hash": null,
             "created_at": "2026-01-01T00:00:00Z", "ready_at": null}""";

    private static final String CANCELLED =
            """
            {"name": "smollm2", "status": "failed",
             "source": {"type": "hub", "id": "HuggingFaceTB/SmolLM2-135M", "revision": "main"},
             "built_in": false, "error": "its import was cancelled; delete it and register it again",
             "progress": null, "commit": "93efa2f097d58c2a74874c7e644dbc9b0cee75a2",
             "architecture": null, "parameters": null, "bytes": null, "content_hash": null,
             "created_at": "2026-01-01T00:00:00Z", "ready_at": null}""";

    private final Models models;
    private final RegisterModel register;
    private final Imports imports;
    private final DeleteModel delete;
    private final DeletedCatalog deleted;

    ModelController(
            Models models,
            RegisterModel register,
            Imports imports,
            DeleteModel delete,
            DeletedCatalog deleted) {
        this.models = models;
        this.register = register;
        this.imports = imports;
        this.delete = delete;
        this.deleted = deleted;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Register a base model",
            description =
                    "A source on this machine is checked at once. Its files are then fetched, copied or made in"
                            + " the background; progress says how far that is, and the model can be used"
                            + " when its status is ready. A download that breaks off goes on where it was,"
                            + " also after a restart of the service.")
    @Example(
            request =
                    """
                    {"name": "smollm2", "source": {"type": "hub", "id": "HuggingFaceTB/SmolLM2-135M"}}""",
            response = IMPORTING)
    ResponseEntity<ModelView> register(@RequestBody ModelRequest request) throws IOException {
        BaseModel model = register.register(request);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/models/" + model.name()))
                .body(ModelView.of(model));
    }

    @GetMapping
    @Operation(summary = "List base models by name")
    @Example(response = "{\"data\": [" + MODEL + "], \"has_more\": false, \"last_id\": \"tiny\"}")
    Page<ModelView> list(Paging paging) {
        String after = paging.after() == null ? "" : paging.after();
        return Page.of(
                        models.findByNameGreaterThanOrderByName(
                                after, Limit.of(paging.limit() + 1)),
                        paging.limit(),
                        BaseModel::name)
                .map(ModelView::of);
    }

    @GetMapping("/{name}")
    @Operation(summary = "Get a base model")
    @Example(response = MODEL)
    ModelView get(@PathVariable String name) {
        return models.findByName(name).map(ModelView::of).orElseThrow(() -> missing(name));
    }

    @PostMapping("/{name}/cancel")
    @Operation(
            summary = "Cancel the import of a base model",
            description =
                    "The model fails with an error that says so; what was downloaded stays in the cache"
                            + " for the next import. 409 if it is not being imported.")
    @Example(response = CANCELLED)
    ModelView cancel(@PathVariable String name) {
        return imports.cancel(models, name).map(ModelView::of).orElseThrow(() -> missing(name));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Delete a base model that nothing uses",
            description =
                    "Its name is free at once. For a while (palimpsest.retention.deleted) it can be"
                            + " restored; one that could not be imported is gone for good.")
    void delete(@PathVariable String name) throws IOException {
        delete.delete(name);
    }

    @PostMapping("/{name}/restore")
    @Operation(
            summary = "Restore a deleted base model",
            description =
                    "The last one that was deleted under this name, as it was; for administrators,"
                            + " until it is purged. 409 if the name is taken again.")
    @Example(response = MODEL)
    ModelView restore(@PathVariable String name) {
        deleted.restore(DeletedNames.Kind.MODEL, name, CurrentProject.own());
        return get(name);
    }

    static NotFound missing(String name) {
        return new NotFound(
                "there is no model '%s'; GET /api/v1/models lists those there are".formatted(name));
    }
}
