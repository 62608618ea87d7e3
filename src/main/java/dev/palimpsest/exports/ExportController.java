package dev.palimpsest.exports;

import dev.palimpsest.artifacts.Artifact;
import dev.palimpsest.artifacts.ArtifactDownloads;
import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.background.PieceStatus;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.trainer.ExportedFile;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.Download;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import dev.palimpsest.web.TarArchive;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.core.io.Resource;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpMethod;
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

/** The exports' HTTP door. */
@Tag(name = "Exports", description = "Checkpoints made into merged models and GGUF files")
@RestController
@RequestMapping("/api/v1")
class ExportController {
    private static final String ID = "export_06dgm0e1xhw4t9s8n1p3q5r7vz";

    private static final String QUEUED =
            """
            {"id": "export_06dgm0e1xhw4t9s8n1p3q5r7vz", "checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "form": "gguf_q8_0", "reduce_intruders": null,
             "status": "queued", "largest_logit_difference": null, "reduced_intruders": null, "error": null, "files": [],
             "created_at": "2026-01-01T00:00:00Z", "started_at": null, "ended_at": null}""";

    private static final String CANCELLED =
            """
            {"id": "export_06dgm0e1xhw4t9s8n1p3q5r7vz", "checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "form": "gguf_q8_0", "reduce_intruders": null,
             "status": "cancelled", "largest_logit_difference": null, "reduced_intruders": null, "error": null, "files": [],
             "created_at": "2026-01-01T00:00:00Z", "started_at": null, "ended_at": "2026-01-01T00:00:01Z"}""";

    private static final String MADE =
            """
            {"id": "export_06dgm0e1xhw4t9s8n1p3q5r7vz", "checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "form": "gguf_q8_0", "reduce_intruders": null,
             "status": "succeeded", "largest_logit_difference": 1.2e-5, "reduced_intruders": null, "error": null,
             "files": [{"path": "model-q8_0.gguf", "bytes": 6291456,
                        "sha256": "3f1a0b1c7d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcd"}],
             "created_at": "2026-01-01T00:00:00Z", "started_at": "2026-01-01T00:00:01Z", "ended_at": "2026-01-01T00:00:04Z"}""";

    private static final String LIST =
            "{\"data\": [" + MADE + "], \"has_more\": false, \"last_id\": \"" + ID + "\"}";

    /** Sorts after every id. */
    private static final String NEWEST = "~";

    private final Exports exports;
    private final ExportDesk desk;
    private final Artifacts artifacts;
    private final ArtifactDownloads downloads;
    private final Checkpoints checkpoints;

    ExportController(
            Exports exports,
            ExportDesk desk,
            Artifacts artifacts,
            ArtifactDownloads downloads,
            Checkpoints checkpoints) {
        this.exports = exports;
        this.desk = desk;
        this.artifacts = artifacts;
        this.downloads = downloads;
        this.checkpoints = checkpoints;
    }

    @Operation(
            summary = "Export a checkpoint",
            description =
                    "`merged` is a model in Hugging Face's layout in fp32, an adapter merged into its base;"
                            + " `gguf_f16` and `gguf_q8_0` are one GGUF file, `adapter` is one in PEFT's layout. With"
                            + " `reduce_intruders` the singular values of intruder dimensions (of the `top` largest left"
                            + " singular vectors of W' those with a cosine under `epsilon` with every one of W) are"
                            + " multiplied by `scale`, and an adapter keeps its rank. It is made in the background, and"
                            + " largest_logit_difference then says how far the merged model answers differently"
                            + " from the checkpoint. An equal export that waits, runs or has succeeded is"
                            + " answered again, with 200.")
    @Example(request = "{\"form\": \"gguf_q8_0\"}", response = QUEUED)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/checkpoints/{id}/export")
    ResponseEntity<ExportView> export(@PathVariable String id, @RequestBody ExportRequest request) {
        ExportDesk.Answer answer = desk.ask(id, request);
        return ResponseEntity.status(answer.isNew() ? HttpStatus.ACCEPTED : HttpStatus.OK)
                .location(URI.create("/api/v1/exports/" + answer.export().id()))
                .body(ExportView.of(answer.export()));
    }

    @Operation(
            summary = "List a checkpoint's exports",
            description = "The newest first; they stay when the checkpoint goes.")
    @Example(response = LIST)
    @GetMapping("/checkpoints/{id}/exports")
    Page<ExportView> listOf(@PathVariable String id, @ParameterObject Paging paging) {
        if (checkpoints.find(id).isEmpty() && !exports.existsByCheckpoint(id))
            throw ExportDesk.noCheckpoint(id);
        Limit limit = Limit.of(paging.limit() + 1);
        return page(
                exports.findByCheckpointAndIdLessThanOrderByIdDesc(id, after(paging), limit),
                paging);
    }

    @Operation(summary = "List exports", description = "The newest first.")
    @Example(response = LIST)
    @GetMapping("/exports")
    Page<ExportView> list(@ParameterObject Paging paging) {
        Limit limit = Limit.of(paging.limit() + 1);
        return page(exports.findByIdLessThanOrderByIdDesc(after(paging), limit), paging);
    }

    @Operation(summary = "Read an export")
    @Example(response = MADE)
    @GetMapping("/exports/{id}")
    ExportView get(@PathVariable String id) {
        return ExportView.of(found(id));
    }

    @Operation(
            summary = "Cancel an export",
            description = "Nothing of it stays. 409 if it has succeeded or failed.")
    @Example(response = CANCELLED)
    @PostMapping("/exports/{id}/cancel")
    ExportView cancel(@PathVariable String id) {
        return ExportView.of(desk.cancel(id));
    }

    @Operation(
            summary = "Delete an export and its files",
            description =
                    "409 while it waits or runs. For a while (palimpsest.retention.deleted) one that was"
                            + " made can be restored.")
    @DeleteMapping("/exports/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) throws IOException {
        desk.delete(id);
    }

    @Operation(
            summary = "Restore a deleted export",
            description =
                    "For administrators, until it is purged. 409 if an equal one was asked for since.")
    @Example(response = MADE)
    @PostMapping("/exports/{id}/restore")
    ExportView restore(@PathVariable String id) {
        return ExportView.of(desk.restore(id));
    }

    @Operation(
            summary = "Download a file of an export",
            description = "The ETag is the file's SHA-256; ranges are served.")
    @Example(response = "\"the file's bytes\"")
    @GetMapping("/exports/{id}/files/{*path}")
    ResponseEntity<Resource> download(@PathVariable String id, @PathVariable String path) {
        String wanted = path.substring(1);
        ExportedFile file =
                made(id).files().stream()
                        .filter(listed -> listed.path().equals(wanted))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new NotFound(
                                                "export %s has no file %s; GET /api/v1/exports/%s lists them"
                                                        .formatted(id, wanted, id)));
        return downloads.of(
                ExportFolders.name(id),
                Export.artifacts(List.of(file)).getFirst(),
                () -> gone(id, file.path()));
    }

    @Operation(
            summary = "Download an export as one archive",
            description =
                    "A tar that is made while it is sent; its length is known and ranges are served.")
    @Example(response = "\"the archive's bytes\"")
    @GetMapping("/exports/{id}/archive")
    ResponseEntity<Resource> archive(@PathVariable String id, HttpMethod method) {
        List<ExportedFile> files = made(id).files();
        List<Artifact> stored = Export.artifacts(files);
        artifacts
                .missing(ExportFolders.name(id), stored)
                .ifPresent(
                        file -> {
                            throw gone(id, file.path());
                        });
        Path folder = artifacts.at(ExportFolders.name(id), stored);
        List<TarArchive.Entry> entries =
                files.stream()
                        .map(
                                file ->
                                        new TarArchive.Entry(
                                                file.path(),
                                                folder.resolve(file.path()),
                                                file.bytes(),
                                                file.sha256()))
                        .toList();
        return Download.of(new TarArchive(id, entries), method);
    }

    private Export found(String id) {
        return exports.findById(id).orElseThrow(() -> ExportDesk.missing(id));
    }

    private Export made(String id) {
        Export export = found(id);
        if (export.status() != PieceStatus.SUCCEEDED)
            throw new Conflict(
                    "export %s is %s; it has files once it has succeeded"
                            .formatted(id, export.status().word()));
        return export;
    }

    private static NotFound gone(String id, String file) {
        return new NotFound(
                "file %s of export %s is no longer on the disk; delete the export and ask for it anew"
                        .formatted(file, id));
    }

    private static String after(Paging paging) {
        return paging.after() == null ? NEWEST : paging.after();
    }

    private static Page<ExportView> page(List<Export> rows, Paging paging) {
        return Page.of(rows, paging.limit(), Export::id).map(ExportView::of);
    }
}
