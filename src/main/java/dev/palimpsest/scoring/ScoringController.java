package dev.palimpsest.scoring;

import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The scorings' HTTP door. */
@Tag(name = "Scorings", description = "Base models and checkpoints scored without training")
@RestController
@RequestMapping("/api/v1")
class ScoringController {
    private static final String ID = "scoring_06dgm0e1xhw4t9s8n1p3q5r7vz";

    private static final String QUEUED =
            """
            {"id": "scoring_06dgm0e1xhw4t9s8n1p3q5r7vz", "model": "palimpsest-mini", "checkpoint": null, "job": null, "step": null, "precision": "fp32",
             "status": "queued", "tasks": [{"name": "gsm8k", "limit": 100, "few_shot": 5, "exemplars": "sampled",
                                            "convention": "lm_eval", "evaluation": null}],
             "error": null, "created_at": "2026-01-01T00:00:00Z", "started_at": null, "ended_at": null}""";

    private static final String SUCCEEDED =
            """
            {"id": "scoring_06dgm0e1xhw4t9s8n1p3q5r7vz", "model": "palimpsest-mini", "checkpoint": null, "job": null, "step": null, "precision": "fp32",
             "status": "succeeded", "tasks": [{"name": "gsm8k", "limit": 100, "few_shot": 5, "exemplars": "sampled",
                                               "convention": "lm_eval", "evaluation": "eval_06dgm0e1xhw4t9s8n1p3q5r7vy"}],
             "error": null, "created_at": "2026-01-01T00:00:00Z", "started_at": "2026-01-01T00:00:01Z",
             "ended_at": "2026-01-01T00:02:00Z"}""";

    private static final String CANCELLED =
            """
            {"id": "scoring_06dgm0e1xhw4t9s8n1p3q5r7vz", "model": "palimpsest-mini", "checkpoint": null, "job": null, "step": null, "precision": "fp32",
             "status": "cancelled", "tasks": [{"name": "gsm8k", "limit": 100, "few_shot": 5, "exemplars": "sampled",
                                               "convention": "lm_eval", "evaluation": null}],
             "error": null, "created_at": "2026-01-01T00:00:00Z", "started_at": null, "ended_at": "2026-01-01T00:00:01Z"}""";

    private static final String LIST =
            "{\"data\": [" + SUCCEEDED + "], \"has_more\": false, \"last_id\": \"" + ID + "\"}";

    /** Sorts after every id. */
    private static final String NEWEST = "~";

    private final Scorings scorings;
    private final ScoringDesk desk;
    private final Results results;

    ScoringController(Scorings scorings, ScoringDesk desk, Results results) {
        this.scorings = scorings;
        this.desk = desk;
        this.results = results;
    }

    @Operation(
            summary = "Score a model or a checkpoint",
            description =
                    "A worker does it in turn with jobs. A score that is kept already is not computed again; each"
                            + " task's `evaluation` is there as soon as it is scored.")
    @Example(
            request =
                    """
                    {"model": "palimpsest-mini", "tasks": [{"name": "gsm8k", "limit": 100, "few_shot": 5}]}""",
            response = QUEUED)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/evaluations")
    ResponseEntity<ScoringView> ask(@RequestBody ScoringRequest request) {
        Scoring scoring = desk.ask(request);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/scorings/" + scoring.id()))
                .body(view(scoring));
    }

    @Operation(summary = "List scorings", description = "The newest first.")
    @Example(response = LIST)
    @GetMapping("/scorings")
    Page<ScoringView> list(
            @Parameter(description = "Only those of the steps of this job")
                    @RequestParam(required = false)
                    @Nullable String job,
            @ParameterObject Paging paging) {
        String after = paging.after() == null ? NEWEST : paging.after();
        Limit limit = Limit.of(paging.limit() + 1);
        List<Scoring> rows =
                job == null
                        ? scorings.findByIdLessThanOrderByIdDesc(after, limit)
                        : scorings.findByJobAndIdLessThanOrderByIdDesc(job, after, limit);
        return Page.of(rows, paging.limit(), Scoring::id).map(this::view);
    }

    @Operation(summary = "Read a scoring")
    @Example(response = SUCCEEDED)
    @GetMapping("/scorings/{id}")
    ScoringView get(@PathVariable String id) {
        return view(scorings.findById(id).orElseThrow(() -> ScoringDesk.missing(id)));
    }

    @Operation(
            summary = "Cancel a scoring",
            description = "What has been scored stays. 409 if it has succeeded or failed.")
    @Example(response = CANCELLED)
    @PostMapping("/scorings/{id}/cancel")
    ScoringView cancel(@PathVariable String id) {
        return view(desk.cancel(id));
    }

    @Operation(
            summary = "Delete a scoring",
            description =
                    "Its evaluations go with it unless a job or another scoring shows them. 409 while it waits or runs.")
    @DeleteMapping("/scorings/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        desk.delete(id);
    }

    private ScoringView view(Scoring scoring) {
        return ScoringView.of(scoring, results.of(scoring.id()));
    }
}
