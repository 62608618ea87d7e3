package dev.palimpsest.jobs;

import dev.palimpsest.artifacts.ArtifactDownloads;
import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.web.Download;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import dev.palimpsest.web.TarArchive;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.file.Path;
import java.util.List;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The checkpoints' HTTP door. */
@Tag(name = "Checkpoints", description = "Weights that jobs saved, ready for other tools")
@RestController
@RequestMapping("/api/v1")
class CheckpointController {
    private static final String CHECKPOINT =
            """
            {"id": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "job": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "step": 200, "epoch": 0.45,
             "tokens": 305000, "kind": "adapter", "bytes": 7091234, "resumable": true, "present": true,
             "files": [{"path": "adapter_model.safetensors", "bytes": 2361234,
                        "sha256": "3f1a0b1c7d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcd"}]}""";

    private final Checkpoints checkpoints;
    private final Jobs jobs;
    private final Artifacts artifacts;
    private final ArtifactDownloads downloads;

    CheckpointController(
            Checkpoints checkpoints, Jobs jobs, Artifacts artifacts, ArtifactDownloads downloads) {
        this.checkpoints = checkpoints;
        this.jobs = jobs;
        this.artifacts = artifacts;
        this.downloads = downloads;
    }

    @Operation(summary = "List a job's checkpoints", description = "By step.")
    @Example(
            response =
                    "{\"data\": ["
                            + CHECKPOINT
                            + "], \"has_more\": false, \"last_id\": \"ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx\"}")
    @GetMapping("/jobs/{id}/checkpoints")
    Page<CheckpointView> list(@PathVariable String id, @ParameterObject Paging paging) {
        jobs.requireThere(id);
        String after = paging.after() == null ? "" : paging.after();
        return Page.of(
                        checkpoints.page(id, after, paging.limit() + 1),
                        paging.limit(),
                        Checkpoint::id)
                .map(CheckpointView::of);
    }

    @Operation(summary = "Read a checkpoint")
    @Example(response = CHECKPOINT)
    @GetMapping("/checkpoints/{id}")
    CheckpointView get(@PathVariable String id) {
        return CheckpointView.of(found(id));
    }

    @Operation(
            summary = "Download a file of a checkpoint",
            description =
                    "An adapter has PEFT's layout, a model Hugging Face's. The ETag is the file's SHA-256; ranges are served.")
    @Example(response = "\"the file's bytes\"")
    @GetMapping("/checkpoints/{id}/files/{*path}")
    ResponseEntity<Resource> download(@PathVariable String id, @PathVariable String path) {
        Checkpoint checkpoint = found(id);
        String wanted = path.substring(1);
        Checkpoint.File file =
                checkpoint.files().stream()
                        .filter(listed -> listed.path().equals(wanted))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new NotFound(
                                                "checkpoint %s has no file %s; GET /api/v1/checkpoints/%s lists them"
                                                        .formatted(id, wanted, id)));
        return downloads.of(
                checkpoint.folder(), file.artifact(), () -> gone(checkpoint, file.path()));
    }

    @Operation(
            summary = "Download a checkpoint as one archive",
            description =
                    "A tar of its adapter or model, without what is only needed to go on training. It is made"
                            + " while it is sent; its length is known and ranges are served.")
    @Example(response = "\"the archive's bytes\"")
    @GetMapping("/checkpoints/{id}/archive")
    ResponseEntity<Resource> archive(@PathVariable String id, HttpMethod method) {
        Checkpoint checkpoint = found(id).requirePresent();
        checkpoint
                .missing(artifacts)
                .ifPresent(
                        file -> {
                            throw gone(checkpoint, file.path());
                        });
        Path folder = artifacts.at(checkpoint.folder(), Checkpoint.artifacts(checkpoint.weights()));
        List<TarArchive.Entry> entries =
                checkpoint.weights().stream()
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

    private static NotFound gone(Checkpoint checkpoint, String file) {
        return new NotFound(
                "file %s of checkpoint %s is no longer on the disk"
                        .formatted(file, checkpoint.id()));
    }

    private Checkpoint found(String id) {
        return checkpoints
                .find(id)
                .orElseThrow(
                        () ->
                                new NotFound(
                                        "there is no checkpoint %s; GET /api/v1/jobs/{id}/checkpoints lists a job's"
                                                .formatted(id)));
    }
}
