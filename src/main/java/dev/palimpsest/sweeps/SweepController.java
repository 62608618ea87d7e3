package dev.palimpsest.sweeps;

import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The sweeps' HTTP door. */
@Tag(name = "Sweeps", description = "Many jobs from one template and a grid of values")
@RestController
@RequestMapping("/api/v1")
class SweepController {
    private static final String REQUEST =
            """
            {"name": "rank and rate",
             "template": {"dataset": {"train": "gsm8k-train"}, "training": {"epochs": 1, "batch_size": 16, "sequence_length": 256},
                          "evaluation": {"limit": 200}},
             "grid": [{"method": [{"type": "full"}], "training.learning_rate": [1e-5, 1e-4]},
                      {"method": [{"type": "lora"}], "method.rank": [4, 16], "training.learning_rate": [1e-4, 1e-3]}]}""";

    private static final String SWEEP =
            """
            {"id": "sweep_06dgm0e1xhw4t9s8n1p3q5r7vv", "experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "rank and rate",
             "template": {"dataset": {"train": "gsm8k-train"}, "training": {"epochs": 1, "batch_size": 16, "sequence_length": 256},
                          "evaluation": {"limit": 200}},
             "grid": {"method": [{"type": "lora"}], "method.rank": [4], "training.learning_rate": [1e-4, 1e-3]}, "ladder": null,
             "statuses": {"queued": 0, "running": 1, "paused": 0, "succeeded": 1, "failed": 0, "cancelled": 0},
             "cells": [{"cell": 0, "job": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "method lora, rank 4, learning_rate 1e-4",
                        "values": {"method": {"type": "lora"}, "method.rank": 4, "training.learning_rate": 1e-4},
                        "part": null, "status": "succeeded", "waits_for": null, "diverged": false, "score": {"step": 449, "learning": 0.21, "forgetting": 0.02}, "error": null},
                       {"cell": 1, "job": "job_06dgm0e1xhw4t9s8n1p3q5r7vx", "name": "method lora, rank 4, learning_rate 1e-3",
                        "values": {"method": {"type": "lora"}, "method.rank": 4, "training.learning_rate": 1e-3},
                        "part": null, "status": "running", "waits_for": null, "diverged": false, "score": null, "error": null}],
             "created_at": "2026-01-01T00:00:00Z"}""";

    private static final String PLAN =
            """
            {"cells": [{"cell": 0, "name": "method lora, rank 4, learning_rate 1e-4",
                        "values": {"method": {"type": "lora"}, "method.rank": 4, "training.learning_rate": 1e-4}, "part": null,
                        "plan": {"steps": 449, "tokens_per_step": 4096, "tokens": 1839104, "micro_batch_tokens": 4096,
                                 "trainable_parameters": 147456,
                                 "memory": {"weights": 22839296, "packed_weights": 0, "gradients": 589824, "optimizer": 1179648,
                                            "activations": 157286400, "workspace": 61000000, "host": 0, "process": 414217728,
                                            "peak": 657112896},
                                 "device_bytes": 16777216000},
                        "seconds": 153.3}],
             "total": {"jobs": 1, "steps": 449, "tokens": 1839104, "seconds": 153.3, "peak_bytes": 657112896}}""";

    private static final String LIST =
            """
            {"data": [{"id": "sweep_06dgm0e1xhw4t9s8n1p3q5r7vv", "experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "rank and rate",
                       "statuses": {"queued": 0, "running": 1, "paused": 0, "succeeded": 1, "failed": 0, "cancelled": 0},
                       "created_at": "2026-01-01T00:00:00Z"}],
             "has_more": false, "last_id": "sweep_06dgm0e1xhw4t9s8n1p3q5r7vv"}""";

    /** Sorts after every id. */
    private static final String NEWEST = "~";

    private final Sweeps sweeps;
    private final SweepDesk desk;
    private final StatusCounts counts;
    private final Experiments experiments;
    private final Jobs jobs;
    private final Metrics metrics;

    SweepController(
            Sweeps sweeps,
            SweepDesk desk,
            StatusCounts counts,
            Experiments experiments,
            Jobs jobs,
            Metrics metrics) {
        this.sweeps = sweeps;
        this.desk = desk;
        this.counts = counts;
        this.experiments = experiments;
        this.jobs = jobs;
        this.metrics = metrics;
    }

    @Operation(
            summary = "Make the jobs of a grid",
            description =
                    "`template` is a job spec without `experiment`; `grid` has lists of values by dotted paths into it, such as"
                            + " `training.learning_rate`. Every combination is a cell and becomes a job, the first path's value"
                            + " changing last; a list of grids has the cells of each. A value may be an object, and paths may"
                            + " lead into it. An alpha that is left out is twice the rank. A job is named after its cell where"
                            + " the template has no name. A `ladder` of kind `runs` makes of each cell a run for every one of its"
                            + " `epochs`, `tokens` or `steps`; `branches`: a trunk, and for every budget a branch that waits for the"
                            + " trunk and cools down from its last checkpoint before the last `cooldown` of the budget, so that the"
                            + " trunk's steps are made once; `hot`: one run of the largest budget that is scored at all of them."
                            + " With a ladder the grid may be left out. All jobs are queued or none: every fault of every cell is answered at"
                            + " once, under its pointer into the request. With `dry_run=true` nothing is stored, and each cell's"
                            + " plan is answered with 200: what the dry run of its job says, and the seconds it would train at"
                            + " the pace of the newest job of the same base model and kind of method that has succeeded,"
                            + " scoring not counted; tokens, and so seconds, are those of rows as long as"
                            + " `sequence_length` allows.")
    @Example(request = REQUEST, response = SWEEP)
    @ApiResponse(
            responseCode = "202",
            description = "The jobs are queued",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = SweepView.class)))
    @ApiResponse(
            responseCode = "200",
            description = "What a dry run found",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = SweepPlan.class),
                            examples = @ExampleObject(PLAN)))
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/experiments/{id}/sweeps")
    ResponseEntity<Object> make(
            @PathVariable String id,
            @RequestBody SweepRequest request,
            @Parameter(description = "Answer the plan and start nothing")
                    @RequestParam(name = "dry_run", defaultValue = "false")
                    boolean dryRun) {
        if (dryRun) return ResponseEntity.ok(desk.plan(id, request));
        Sweep sweep = desk.make(id, request);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/sweeps/" + sweep.id()))
                .body(view(sweep));
    }

    @Operation(summary = "List an experiment's sweeps", description = "The newest first.")
    @Example(response = LIST)
    @GetMapping("/experiments/{id}/sweeps")
    Page<SweepSummary> list(@PathVariable String id, @ParameterObject Paging paging) {
        experiments.requireThere(id);
        String after = paging.after() == null ? NEWEST : paging.after();
        List<Sweep> rows =
                sweeps.findByExperimentAndIdLessThanOrderByIdDesc(
                        id, after, Limit.of(paging.limit() + 1));
        Map<String, Map<String, Long>> statuses = counts.of(rows.stream().map(Sweep::id).toList());
        return Page.of(rows, paging.limit(), Sweep::id)
                .map(
                        sweep ->
                                SweepSummary.of(
                                        sweep, Objects.requireNonNull(statuses.get(sweep.id()))));
    }

    @Operation(
            summary = "Read a sweep",
            description =
                    "Its jobs by status, and each cell with its values, its job and the score of the job's last scored checkpoint.")
    @Example(response = SWEEP)
    @GetMapping("/sweeps/{id}")
    SweepView get(@PathVariable String id) {
        return view(desk.sweep(id));
    }

    @Operation(
            summary = "Cancel a sweep",
            description =
                    "Every job that waits or is paused is cancelled at once, those that run as soon as their trainers have ended.")
    @Example(response = SWEEP)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/sweeps/{id}/cancel")
    ResponseEntity<SweepView> cancel(@PathVariable String id) {
        return ResponseEntity.accepted().body(view(desk.cancel(id)));
    }

    @Operation(
            summary = "Try the failed and cancelled jobs of a sweep again",
            description = "Each goes on from its last checkpoint.")
    @Example(response = SWEEP)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/sweeps/{id}/retry")
    ResponseEntity<SweepView> retry(@PathVariable String id) {
        return ResponseEntity.accepted().body(view(desk.retry(id)));
    }

    @Operation(
            summary = "Pause a sweep",
            description = "Every job that waits or runs, as by its own call.")
    @Example(response = SWEEP)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/sweeps/{id}/pause")
    ResponseEntity<SweepView> pause(@PathVariable String id) {
        return ResponseEntity.accepted().body(view(desk.pause(id)));
    }

    @Operation(
            summary = "Go on with the paused jobs of a sweep",
            description = "Each goes on from its last checkpoint.")
    @Example(response = SWEEP)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/sweeps/{id}/resume")
    ResponseEntity<SweepView> resume(@PathVariable String id) {
        return ResponseEntity.accepted().body(view(desk.resume(id)));
    }

    private SweepView view(Sweep sweep) {
        List<Job> its = jobs.findBySweepOrderByCell(sweep.id());
        return SweepView.of(sweep, its, metrics.lastScores(its.stream().map(Job::id).toList()));
    }
}
