package dev.palimpsest.catalog;

import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Datasets that come from a source, by HTTP. */
@RestController
@RequestMapping("/api/v1/datasets")
@Tag(name = "Datasets")
class DatasetImportController {
    private static final String FROM_HUB =
            """
             "format": "prompt_completion", "file_format": "parquet", "split": null,
             "columns": {"prompt": "question", "completion": "answer"}, "template": null,
             "documents": null, "bytes": null, "sha256": null,
             "description": null, "licence": "MIT", "source": null, "built_in": false,
             "imported_from": {"type": "hub", "id": "openai/gsm8k", "revision": "main",
                               "file": "main/train-00000-of-00001.parquet"},
             "commit": "e53f048856ff4f594e959d75785d2c2d37b678ee",
             "created_at": "2026-01-01T00:00:00Z", "ready_at": null}""";

    private static final String IMPORTING =
            """
            {"name": "gsm8k", "status": "importing", "error": null, "errors": [],
             "progress": {"phase": "downloading", "bytes_done": 1048576, "bytes_total": 2306545,
                          "rows_done": null, "rows_total": null},"""
                    + FROM_HUB;

    private static final String CANCELLED =
            """
            {"name": "gsm8k", "status": "failed", "errors": [], "progress": null,
             "error": "its import was cancelled; delete it and register it again","""
                    + FROM_HUB;

    private final Datasets datasets;
    private final RegisterDataset register;
    private final Imports imports;

    DatasetImportController(Datasets datasets, RegisterDataset register, Imports imports) {
        this.datasets = datasets;
        this.register = register;
        this.imports = imports;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = DatasetController.SUMMARY, description = DatasetController.DESCRIPTION)
    @Example(
            request =
                    """
                    {"name": "gsm8k", "format": "prompt_completion",
                     "source": {"type": "hub", "id": "openai/gsm8k", "revision": "main",
                                "file": "main/train-00000-of-00001.parquet"},
                     "columns": {"prompt": "question", "completion": "answer"}, "licence": "MIT"}""",
            response = IMPORTING)
    ResponseEntity<DatasetView> register(@RequestBody DatasetRequest request) throws IOException {
        Dataset dataset = register.register(request);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/datasets/" + dataset.name()))
                .body(DatasetView.of(dataset));
    }

    @PostMapping("/{name}/cancel")
    @Operation(
            summary = "Cancel the import of a dataset",
            description =
                    "The dataset fails with an error that says so; what was downloaded stays in the cache"
                            + " for the next import. 409 if it is not being imported.")
    @Example(response = CANCELLED)
    DatasetView cancel(@PathVariable String name) {
        return imports.cancel(datasets, name)
                .map(DatasetView::of)
                .orElseThrow(() -> DatasetController.missing(name));
    }
}
