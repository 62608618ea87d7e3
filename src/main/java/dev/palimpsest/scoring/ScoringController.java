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
            {"id": "scoring_06dgm0e1xhw4t9s8n1p3q5r7vz", "model": "palimpsest-mini", "checkpoint": null, "truncation": null, "kept": null, "job": null, "step": null, "precision": "fp32",
             "status": "queued", "tasks": [{"name": "gsm8k", "limit": 100, "few_shot": 5, "exemplars": "sampled",
                                            "convention": "lm_eval", "evaluation": null}],
             "error": null, "created_at": "2026-01-01T00:00:00Z", "started_at": null, "ended_at": null}""";

    private static final String SUCCEEDED =
            """
            {"id": "scoring_06dgm0e1xhw4t9s8n1p3q5r7vz", "model": "palimpsest-mini", "checkpoint": null, "truncation": null, "kept": null, "job": null, "step": null, "precision": "fp32",
             "status": "succeeded", "tasks": [{"name": "gsm8k", "limit": 100, "few_shot": 5, "exemplars": "sampled",
                                               "convention": "lm_eval", "evaluation": "eval_06dgm0e1xhw4t9s8n1p3q5r7vy"}],
             "error": null, "created_at": "2026-01-01T00:00:00Z", "started_at": "2026-01-01T00:00:01Z",
             "ended_at": "2026-01-01T00:02:00Z"}""";

    private static final String CANCELLED =
            """
            {"id": "scoring_06dgm0e1xhw4t9s8n1p3q5r7vz", "model": "palimpsest-mini", "checkpoint": null, "truncation": null, "kept": null, "job": null, "step": null, "precision": "fp32",
             "status": "cancelled", "tasks": [{"name": "gsm8k", "limit": 100, "few_shot": 5, "exemplars": "sampled",
                                               "convention": "lm_eval", "evaluation": null}],
             "error": null, "created_at": "2026-01-01T00:00:00Z", "started_at": null, "ended_at": "2026-01-01T00:00:01Z"}""";

    private static final String LIST =
            "{\"data\": [" + SUCCEEDED + "], \"has_more\": false, \"last_id\": \"" + ID + "\"}";

    private static final String TRUNCATED =
            """
            {"id": "scoring_06dgm0e1xhw4t9s8n1p3q5r7vz", "model": "palimpsest-mini", "checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx",
             "truncation": {"rank": 16, "rest": "finetuned"},
             "kept": {"share": 0.81, "matrices": [{"module": "model.layers.0.self_attn.q_proj", "share": 0.77}]},
             "job": null, "step": null, "precision": "fp32",
             "status": "succeeded", "tasks": [{"name": "gsm8k", "limit": 100, "few_shot": 5, "exemplars": "sampled",
                                               "convention": "lm_eval", "evaluation": "eval_06dgm0e1xhw4t9s8n1p3q5r7vy"}],
             "error": null, "created_at": "2026-01-01T00:00:00Z", "started_at": "2026-01-01T00:00:01Z",
             "ended_at": "2026-01-01T00:02:00Z"}""";

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

    @Operation(
            summary = "Score a checkpoint cut down to a rank",
            description =
                    "Would LoRA of this rank have had room? Each matrix's change W' - W is replaced by its best"
                            + " approximation of the rank, and what that makes of the model is scored, on the"
                            + " experiment's tasks as the job asks them unless others are named. `kept` says what"
                            + " share of the changes' squared norm is left. With `rest`: `base` embeddings, norms and"
                            + " head are the base model's, which LoRA would not train either. It is a scoring like"
                            + " others: GET /scorings/{id} follows it.")
    @Example(request = "{\"rank\": 16}", response = TRUNCATED)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/checkpoints/{id}/truncations")
    ResponseEntity<ScoringView> truncate(
            @PathVariable String id, @RequestBody TruncationRequest request) {
        Scoring scoring = desk.ask(id, request);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/scorings/" + scoring.id()))
                .body(view(scoring));
    }

    @Operation(
            summary = "List a checkpoint's scores by rank",
            description = "The scorings of the checkpoint cut down to a rank, the newest first.")
    @Example(
            response =
                    "{\"data\": ["
                            + TRUNCATED
                            + "], \"has_more\": false, \"last_id\": \""
                            + ID
                            + "\"}")
    @GetMapping("/checkpoints/{id}/truncations")
    Page<ScoringView> truncations(@PathVariable String id, @ParameterObject Paging paging) {
        desk.requireTruncatable(id);
        String after = paging.after() == null ? NEWEST : paging.after();
        List<Scoring> rows =
                scorings.findByCheckpointAndTruncationNotNullAndIdLessThanOrderByIdDesc(
                        id, after, Limit.of(paging.limit() + 1));
        return Page.of(rows, paging.limit(), Scoring::id).map(this::view);
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
