package dev.palimpsest.catalog;

import dev.palimpsest.projects.CurrentProject;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Datasets by HTTP. */
@RestController
@RequestMapping("/api/v1/datasets")
@Tag(name = "Datasets", description = "Text to train on and to watch the loss on")
class DatasetController {
    private static final String DATASET =
            """
            {"name": "questions", "status": "ready", "format": "prompt_completion", "file_format": "csv",
             "split": null,
             "columns": {"completion": "answer"}, "template": {"prompt": "Question: {question}\\nAnswer: "},
             "documents": 2, "bytes": 120,
             "sha256": "0f343b0931126a20f133d67c2b018a3b1b7d6b9f3e2c6e6dfd4b2c1f4f0a7c11",
             "description": "Questions of our users", "licence": "CC0-1.0", "source": null,
             "built_in": false, "imported_from": null, "commit": null, "progress": null,
             "error": null, "errors": [],
             "created_at": "2026-01-01T00:00:00Z", "ready_at": "2026-01-01T00:00:00Z"}""";

    // both ways in are one operation of the OpenAPI document
    static final String SUMMARY = "Upload a dataset, or import it from a source";
    static final String DESCRIPTION =
            "A file of JSON Lines, Parquet, CSV or TSV, a document a row, or of plain text. It is stored"
                    + " as JSON Lines. Sent as multipart/form-data it is read before the answer, 201, and nothing"
                    + " is registered if a row is bad; each bad one is named in the answer, the first hundred of"
                    + " them. With the header Prefer: respond-async (RFC 7240) it is answered by 202 and"
                    + " Preference-Applied once its bytes are stored, and read in the background. Asked for as"
                    + " JSON, with a source of type hub or file, it is answered by 202 and fetched, then read,"
                    + " in the background; a * in the source's file takes all files that match as one dataset."
                    + " progress says how far that is, and the dataset"
                    + " can be used when its status is ready. If it fails, error says why and errors names the"
                    + " bad rows. A download that breaks off goes on where it was, also after a restart of the"
                    + " service.";

    private final Datasets datasets;
    private final StoreDataset store;
    private final RegisterDataset register;
    private final DeleteDataset delete;
    private final DeletedCatalog deleted;
    private final Clock clock;
    private final DataSize largestUpload;

    DatasetController(
            Datasets datasets,
            StoreDataset store,
            RegisterDataset register,
            DeleteDataset delete,
            DeletedCatalog deleted,
            Clock clock,
            @Value("${palimpsest.largest-upload}") DataSize largestUpload) {
        this.datasets = datasets;
        this.store = store;
        this.register = register;
        this.delete = delete;
        this.deleted = deleted;
        this.clock = clock;
        this.largestUpload = largestUpload;
    }

    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = SUMMARY, description = DESCRIPTION)
    @Example(
            request =
                    """
                    {"file": "question,answer\\n1+1,2\\n2+2,4\\n", "name": "questions",
                     "format": "prompt_completion", "file_format": "csv", "split": "blank_lines",
                     "columns": "{\\"completion\\": \\"answer\\"}",
                     "template": "{\\"prompt\\": \\"Question: {question}\\\\nAnswer: \\"}",
                     "description": "Questions of our users", "licence": "CC0-1.0"}""",
            response = DATASET)
    ResponseEntity<DatasetView> upload(
            @Parameter(description = "At most palimpsest.largest-upload", required = true)
                    @RequestPart(required = false)
                    @Nullable MultipartFile file,
            @Parameter(required = true) @RequestParam(required = false) @Nullable String name,
            @Parameter(
                            description =
                                    "One of text, prompt_completion, messages, and rows for tasks: any columns, as they are",
                            required = true)
                    @RequestParam(required = false)
                    @Nullable String format,
            @Parameter(
                            description =
                                    "One of jsonl, parquet, csv, tsv and text; else the file's name says it")
                    @RequestParam(name = "file_format", required = false)
                    @Nullable String fileFormat,
            @Parameter(
                            description =
                                    "What ends a document of plain text: blank_lines (unless said otherwise),"
                                            + " lines, or whole for a file that is one document")
                    @RequestParam(required = false)
                    @Nullable String split,
            @Parameter(
                            description =
                                    "Which column holds a field, as JSON: {\"prompt\": \"question\"}")
                    @RequestParam(required = false)
                    @Nullable String columns,
            @Parameter(
                            description =
                                    "What is written for a field, as JSON, with columns in braces:"
                                            + " {\"prompt\": \"Question: {question}\"}; a brace itself is written twice")
                    @RequestParam(required = false)
                    @Nullable String template,
            @RequestParam(required = false) @Nullable String description,
            @RequestParam(required = false) @Nullable String licence,
            @RequestParam(required = false) @Nullable String source,
            @Parameter(
                            description = "respond-async: not to wait until the file is read",
                            schema = @Schema(type = "string"))
                    @RequestHeader(name = "Prefer", required = false)
                    @Nullable List<String> prefer)
            throws IOException {
        DatasetUpload upload =
                DatasetUpload.of(
                        new DatasetUpload.Form(
                                file == null ? null : String.valueOf(file.getOriginalFilename()),
                                name,
                                format,
                                fileFormat,
                                split,
                                columns,
                                template,
                                description,
                                licence,
                                source));
        if (file != null && new Preferences(prefer).respondAsync())
            return accepted(register.register(upload, file));
        Intake intake = new Intake(upload, largestUpload.toBytes());
        Dataset dataset =
                store.store(
                        upload.name(),
                        folder -> {
                            if (file != null) file.transferTo(folder.resolve(Sent.ALONE.file()));
                            return intake.into(folder);
                        },
                        content -> Dataset.uploaded(upload, content, clock.instant()));
        return ResponseEntity.created(URI.create("/api/v1/datasets/" + dataset.name()))
                .body(DatasetView.of(dataset));
    }

    private static ResponseEntity<DatasetView> accepted(Dataset dataset) {
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/datasets/" + dataset.name()))
                .header("Preference-Applied", Preferences.RESPOND_ASYNC)
                .body(DatasetView.of(dataset));
    }

    @GetMapping
    @Operation(summary = "List datasets by name")
    @Example(
            response =
                    "{\"data\": ["
                            + DATASET
                            + "], \"has_more\": false, \"last_id\": \"questions\"}")
    Page<DatasetView> list(Paging paging) {
        String after = paging.after() == null ? "" : paging.after();
        return Page.of(
                        datasets.findByNameGreaterThanOrderByName(
                                after, Limit.of(paging.limit() + 1)),
                        paging.limit(),
                        Dataset::name)
                .map(DatasetView::of);
    }

    @GetMapping("/{name}")
    @Operation(summary = "Get a dataset")
    @Example(response = DATASET)
    DatasetView get(@PathVariable String name) {
        return datasets.findByName(name).map(DatasetView::of).orElseThrow(() -> missing(name));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Delete a dataset that nothing uses",
            description =
                    "Its name is free at once. For a while (palimpsest.retention.deleted) it can be"
                            + " restored; one that could not be imported is gone for good.")
    void delete(@PathVariable String name) throws IOException {
        delete.delete(name);
    }

    @PostMapping("/{name}/restore")
    @Operation(
            summary = "Restore a deleted dataset",
            description =
                    "The last one that was deleted under this name, as it was; for administrators,"
                            + " until it is purged. 409 if the name is taken again.")
    @Example(response = DATASET)
    DatasetView restore(@PathVariable String name) {
        deleted.restoreDataset(name, CurrentProject.own());
        return get(name);
    }

    static NotFound missing(String name) {
        return new NotFound(
                "there is no dataset '%s'; GET /api/v1/datasets lists those there are"
                        .formatted(name));
    }
}
