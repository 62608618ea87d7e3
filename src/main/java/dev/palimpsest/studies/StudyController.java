package dev.palimpsest.studies;

import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.sweeps.StatusCounts;
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
import java.util.stream.Stream;
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

/** The studies' HTTP door. */
@Tag(name = "Studies", description = "The paper's whole study from one request")
@RestController
@RequestMapping("/api/v1")
class StudyController {
    private static final String REQUEST =
            """
            {"name": "gsm8k",
             "template": {"dataset": {"train": "gsm8k-train"}, "training": {"batch_size": 16, "sequence_length": 256},
                          "evaluation": {"limit": 200}},
             "ranks": [4, 16], "rates": {"full": [1e-4, 1e-3], "lora": [1e-3, 1e-2]},
             "ladder": {"kind": "runs", "epochs": [0.5, 1, 2]}, "seeds": [1, 2, 3], "budget": {"jobs": 40, "seconds": 7200}}""";

    private static final String STUDY =
            """
            {"id": "study_06dgm0e1xhw4t9s8n1p3q5r7vv", "experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "gsm8k", "origin": null,
             "status": "running", "stage": "grid",
             "progress": {"rates": {"sweep": "sweep_06dgm0e1xhw4t9s8n1p3q5r7vv",
                                    "statuses": {"queued": 0, "running": 0, "paused": 0, "succeeded": 6, "failed": 0, "cancelled": 0}},
                          "grid": {"sweep": "sweep_06dgm0e1xhw4t9s8n1p3q5r7vx",
                                   "statuses": {"queued": 26, "running": 1, "paused": 0, "succeeded": 0, "failed": 0, "cancelled": 0}},
                          "spectra": {"waiting": 0, "succeeded": 0, "failed": 0}},
             "choices": [{"method": "full", "rank": null, "learning_rate": 1e-3, "at_edge": true,
                          "words": "0.00100 is the highest rate at and below which no run diverged and that reaches 90 % of the best score: 0.000100: 0.0500, 0.00100: 0.0900; it lies at the edge of what was tried",
                          "tried": [{"learning_rate": 1e-4, "learning": 0.05, "diverged": 0, "jobs": ["job_06dgm0e1xhw4t9s8n1p3q5r7vy"]},
                                    {"learning_rate": 1e-3, "learning": 0.09, "diverged": 0, "jobs": ["job_06dgm0e1xhw4t9s8n1p3q5r7vz"]}]}],
             "reason": null,
             "request": {"name": "gsm8k",
                         "template": {"dataset": {"train": "gsm8k-train"}, "training": {"batch_size": 16, "sequence_length": 256},
                                      "evaluation": {"limit": 200}},
                         "full": true, "ranks": [4, 16],
                         "rates": {"full": [1e-4, 1e-3], "lora": [1e-3, 1e-2], "length": null, "rule": "highest_stable", "by": "primary"},
                         "ladder": {"kind": "runs", "epochs": [0.5, 1, 2]}, "targets": {"modules": ["attention", "mlp"], "ranks": []},
                         "weight_decays": [], "attention_dropouts": [], "seeds": [1, 2, 3], "spectra": true,
                         "budget": {"jobs": 40, "tokens": null, "seconds": 7200.0}},
             "report": "/api/v1/experiments/exp_06dgm0e1xhw4t9s8n1p3q5r7vw/report",
             "created_at": "2026-01-01T00:00:00Z", "ended_at": null}""";

    private static final String PLAN =
            """
            {"rates": {"cells": [], "total": {"jobs": 6, "steps": 2694, "tokens": 11034624, "seconds": 920.1, "peak_bytes": 657112896}},
             "grid": {"cells": [], "total": {"jobs": 27, "steps": 14148, "tokens": 57950208, "seconds": 4830.0, "peak_bytes": 657112896}},
             "total": {"jobs": 33, "steps": 16842, "tokens": 68984832, "seconds": 5750.1, "peak_bytes": 657112896}}""";

    /** Sorts after every id. */
    private static final String NEWEST = "~";

    private final Studies studies;
    private final StudyDesk desk;
    private final StatusCounts counts;
    private final Experiments experiments;

    StudyController(Studies studies, StudyDesk desk, StatusCounts counts, Experiments experiments) {
        this.studies = studies;
        this.desk = desk;
        this.counts = counts;
        this.experiments = experiments;
    }

    @Operation(
            summary = "Begin a study",
            description =
                    "First a sweep of `rates` for full finetuning and each rank, with the first seed; of each the rate is taken that"
                            + " `rule` says. Then the grid: each method at its rate, every seed, over the `ladder`, beside full"
                            + " finetuning with `weight_decays` and `attention_dropouts` and the ranks of `targets` with other"
                            + " modules. Then the spectra of the last checkpoints of the first seed. Alpha is twice the rank. What"
                            + " was chosen and why is in `choices`, and the experiment's analyses and report have the rest. It goes on"
                            + " by itself after a restart. `budget` bounds all jobs together: what is known to pass it is refused,"
                            + " and a grid that turns out to take more seconds waits for `resume`. With `dry_run=true` nothing is"
                            + " stored, and what both sweeps would do is answered with 200.")
    @Example(request = REQUEST, response = STUDY)
    @ApiResponse(
            responseCode = "202",
            description = "The first jobs are queued",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = StudyView.class)))
    @ApiResponse(
            responseCode = "200",
            description = "What a dry run found",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = StudyPlan.class),
                            examples = @ExampleObject(PLAN)))
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/experiments/{id}/studies")
    ResponseEntity<Object> begin(
            @PathVariable String id,
            @RequestBody StudyRequest request,
            @Parameter(description = "Answer the plan and start nothing")
                    @RequestParam(name = "dry_run", defaultValue = "false")
                    boolean dryRun) {
        if (dryRun) return ResponseEntity.ok(desk.plan(id, request));
        Study study = desk.begin(id, request);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/studies/" + study.id()))
                .body(view(study));
    }

    @Operation(summary = "List an experiment's studies", description = "The newest first.")
    @Example(
            response =
                    "{\"data\": ["
                            + STUDY
                            + "], \"has_more\": false, \"last_id\": \"study_06dgm0e1xhw4t9s8n1p3q5r7vv\"}")
    @GetMapping("/experiments/{id}/studies")
    Page<StudyView> list(@PathVariable String id, @ParameterObject Paging paging) {
        experiments.named(id);
        String after = paging.after() == null ? NEWEST : paging.after();
        List<Study> rows =
                studies.findByExperimentAndIdLessThanOrderByIdDesc(
                        id, after, Limit.of(paging.limit() + 1));
        return Page.of(rows, paging.limit(), Study::id).map(this::view);
    }

    @Operation(summary = "Show a study", description = "Where it stands, what it chose and why.")
    @Example(response = STUDY)
    @GetMapping("/studies/{id}")
    StudyView get(@PathVariable String id) {
        return view(desk.named(id));
    }

    @Operation(
            summary = "Pause a study",
            description =
                    "Its jobs that wait or run are paused, as by their own call, and no new ones are made.")
    @Example(response = STUDY)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/studies/{id}/pause")
    ResponseEntity<StudyView> pause(@PathVariable String id) {
        return accepted(desk.pause(id));
    }

    @Operation(
            summary = "Go on with a paused study",
            description =
                    "Its paused jobs too. One that waits because its grid would pass the budget runs it all the same.")
    @Example(response = STUDY)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/studies/{id}/resume")
    ResponseEntity<StudyView> resume(@PathVariable String id) {
        return accepted(desk.resume(id));
    }

    @Operation(
            summary = "Cancel a study",
            description = "And its jobs that have not ended; what they measured stays.")
    @Example(response = STUDY)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/studies/{id}/cancel")
    ResponseEntity<StudyView> cancel(@PathVariable String id) {
        return accepted(desk.cancel(id));
    }

    @Operation(
            summary = "Try a study again",
            description =
                    "The failed and cancelled jobs of the stage where it ended, then what follows it.")
    @Example(response = STUDY)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/studies/{id}/retry")
    ResponseEntity<StudyView> retry(@PathVariable String id) {
        return accepted(desk.retry(id));
    }

    private ResponseEntity<StudyView> accepted(Study study) {
        return ResponseEntity.accepted().body(view(study));
    }

    private StudyView view(Study study) {
        Map<String, Map<String, Long>> statuses =
                counts.of(
                        Stream.concat(Stream.of(study.rateSweep()), study.gridSweep().stream())
                                .toList());
        return StudyView.of(
                study,
                new StudyView.Progress(
                        progress(study.rateSweep(), statuses),
                        study.gridSweep().map(sweep -> progress(sweep, statuses)).orElse(null),
                        desk.spectraOf(study)));
    }

    private static StudyView.SweepProgress progress(
            String sweep, Map<String, Map<String, Long>> statuses) {
        return new StudyView.SweepProgress(sweep, statuses.getOrDefault(sweep, Map.of()));
    }
}
