package dev.palimpsest.external;

import dev.palimpsest.catalog.FinetunedModel;
import dev.palimpsest.catalog.LocalPaths;
import dev.palimpsest.jobs.CheckpointView;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.JobView;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Jobs that are trained elsewhere, told of by HTTP. */
@Tag(name = "External jobs", description = "Training that happens elsewhere, compared here")
@RestController
@RequestMapping("/api/v1/jobs/{id}")
class ExternalController {
    private static final String CHECKPOINT =
            """
            {"id": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "job": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "step": 200, "epoch": 0.45,
             "tokens": 305000, "kind": "adapter", "bytes": 2361950, "resumable": false, "present": true,
             "files": [{"path": "adapter_config.json", "bytes": 716,
                        "sha256": "91b1c2d3e4f5a6978899aabbccddeeff00112233445566778899aabbccddeeff"},
                       {"path": "adapter_model.safetensors", "bytes": 2361234,
                        "sha256": "3f1a0b1c7d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcd"}]}""";

    private static final String JOB =
            """
            {"id": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "trl-r16", "status": "succeeded",
             "progress": {"step": 449, "total_steps": 449, "tokens": 690000}, "diverged": false, "error": null}""";

    private static final String TAKE = "Send a checkpoint of a job that is trained elsewhere";
    private static final String TAKEN =
            "An adapter in PEFT's layout or a whole model in Hugging Face's, as files of a form or in a folder on the"
                    + " service's machine. It is compared with the base model and with the job's method, kept under its"
                    + " files' sums, and scored by a worker on the experiment's tasks like a checkpoint of a job that"
                    + " is trained here; spectra and exports can be asked for. The same weights sent again are"
                    + " answered as they stand, with 200; others for the same step with 409.";

    private final TellPoints points;
    private final TakeCheckpoint checkpoints;
    private final LocalPaths paths;
    private final ExternalJobs jobs;
    private final Clock clock;

    ExternalController(
            TellPoints points,
            TakeCheckpoint checkpoints,
            LocalPaths paths,
            ExternalJobs jobs,
            Clock clock) {
        this.points = points;
        this.checkpoints = checkpoints;
        this.paths = paths;
        this.jobs = jobs;
        this.clock = clock;
    }

    @Operation(
            summary = "Tell what was measured of a job that is trained elsewhere",
            description =
                    "The points are stored together or not at all; those that were told before do no harm, a value"
                            + " other than the one told before is a fault. What JSON has no number for is said as"
                            + " \"NaN\", \"Infinity\" or \"-Infinity\". `eval/{task}/{metric}`, with the primary metric of"
                            + " one of the experiment's tasks, counts as the step's score in learning or forgetting,"
                            + " marked as external, until a worker has scored that task here; `tokens` and `epoch`"
                            + " say where it stands in curves. learning and forgetting themselves are computed here.")
    @Example(
            request =
                    """
                    {"data": [{"key": "train/loss", "step": 10, "value": 2.31, "tokens": 40960},
                              {"key": "train/gradient_norm", "step": 10, "value": "NaN"},
                              {"key": "eval/gsm8k/exact_match_strict", "step": 10, "value": 0.31, "tokens": 40960,
                               "epoch": 0.1, "stderr": 0.01, "at": "2026-01-01T00:00:00Z"}]}""",
            response = "{\"points\": 3, \"known\": 0, \"scores\": 1}")
    @PostMapping("/metrics")
    TellPoints.Told tell(@PathVariable String id, @RequestBody PointsRequest request) {
        return points.tell(id, request);
    }

    @Operation(summary = TAKE, description = TAKEN)
    @Example(
            request =
                    """
                    {"step": 200, "epoch": 0.45, "tokens": 305000, "source": {"type": "directory", "path": "/runs/trl-r16/checkpoint-200"}}""",
            response = CHECKPOINT)
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping(path = "/checkpoints", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<CheckpointView> take(
            @PathVariable String id, @RequestBody CheckpointRequest request) throws IOException {
        TakeCheckpoint.Sender sender =
                switch (request.source()) {
                    case CheckpointRequest.Source.Directory(String path) ->
                            folder ->
                                    TakeCheckpoint.copy(
                                            paths.checked(path, "/source/path"), folder);
                };
        return answer(checkpoints.take(id, request.arrival(), sender, "/source/path"));
    }

    @Operation(summary = TAKE, description = TAKEN)
    @Example(
            request =
                    """
                    {"step": 200, "epoch": 0.45, "tokens": 305000, "file": ["adapter_config.json", "adapter_model.safetensors"]}""",
            response = CHECKPOINT)
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping(path = "/checkpoints", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    ResponseEntity<CheckpointView> upload(
            @PathVariable String id,
            @Parameter(description = "Each file under its own name, once for each", required = true)
                    @RequestPart(name = "file", required = false)
                    @Nullable List<MultipartFile> files,
            @Parameter(required = true) @RequestParam(required = false) @Nullable Long step,
            @Parameter(required = true) @RequestParam(required = false) @Nullable Double epoch,
            @Parameter(required = true) @RequestParam(required = false) @Nullable Long tokens)
            throws IOException {
        List<MultipartFile> sent = files == null ? List.of() : files;
        Faults faults =
                new Faults()
                        .require(step != null, "/step", "is required")
                        .require(epoch != null, "/epoch", "is required")
                        .require(tokens != null, "/tokens", "is required")
                        .require(!sent.isEmpty(), "/file", "is required");
        Set<String> names = new HashSet<>();
        for (MultipartFile file : sent) {
            String name = String.valueOf(file.getOriginalFilename());
            faults.require(
                    TakeCheckpoint.ADAPTER_FILES.contains(name) || FinetunedModel.mayHave(name),
                    "/file",
                    "'%s' is no file of an adapter or a model".formatted(name));
            faults.require(names.add(name), "/file", "has '%s' twice".formatted(name));
        }
        faults.raise();
        Arrival arrival =
                new Arrival(
                        Objects.requireNonNull(step),
                        Objects.requireNonNull(epoch),
                        Objects.requireNonNull(tokens));
        TakeCheckpoint.Sender sender =
                folder -> {
                    for (MultipartFile file : sent)
                        file.transferTo(folder.resolve(String.valueOf(file.getOriginalFilename())));
                };
        return answer(checkpoints.take(id, arrival, sender, "/file"));
    }

    @Operation(
            summary = "End a job that is trained elsewhere",
            description =
                    "The last step that was told of is its last: scores of that one are its final ones. To say the same"
                            + " again does no harm. `diverged` says that it lost its way, so that its learning rate is"
                            + " no stable one. Its checkpoints go on being scored.")
    @Example(
            request =
                    "{\"outcome\": \"failed\", \"error\": \"out of memory at step 320\", \"diverged\": false}",
            response = JOB)
    @PostMapping("/end")
    @Transactional
    public JobView end(@PathVariable String id, @RequestBody EndRequest request) {
        Job job = jobs.any(id);
        boolean said =
                job.spec().external()
                        && job.status()
                                .word()
                                .equals(request.outcome().name().toLowerCase(Locale.ROOT));
        if (!said)
            job.endElsewhere(request.outcome(job.step()), request.diverged(), clock.instant());
        return JobView.of(jobs.save(job));
    }

    private static ResponseEntity<CheckpointView> answer(TakeCheckpoint.Taken taken) {
        CheckpointView view = CheckpointView.of(taken.checkpoint());
        if (!taken.isNew()) return ResponseEntity.ok(view);
        return ResponseEntity.created(URI.create("/api/v1/checkpoints/" + view.id())).body(view);
    }
}
