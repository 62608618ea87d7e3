package dev.palimpsest.jobs;

import dev.palimpsest.web.EditTag;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The experiments' HTTP door. */
@Tag(name = "Experiments", description = "Jobs made to be compared")
@RestController
@RequestMapping("/api/v1/experiments")
class ExperimentController {
    private static final String REQUEST =
            """
            {"name": "LoRA against full on GSM8K", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_arithmetic", "gsm8k_perplexity"],
             "forgetting_tasks": ["definitions_choice", "definitions_perplexity"],
             "tags": {"team": "a"}}
            """;

    private static final String EXPERIMENT =
            """
            {"id": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "LoRA against full on GSM8K", "description": null,
             "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_arithmetic", "gsm8k_perplexity"],
             "forgetting_tasks": ["definitions_choice", "definitions_perplexity"], "convention": "lm_eval", "tags": {"team": "a"}, "origin": null,
             "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}""";

    private final Experiments experiments;
    private final ExperimentDesk desk;

    ExperimentController(Experiments experiments, ExperimentDesk desk) {
        this.experiments = experiments;
        this.desk = desk;
    }

    @Operation(
            summary = "Plan an experiment",
            description =
                    "With a preset of experiments, such as forgetting-gauntlet, it may leave out what that says. The"
                            + " convention is that of all its jobs, as scores by two are not compared.")
    @Example(request = REQUEST, response = EXPERIMENT)
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping
    ResponseEntity<ExperimentView> create(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    ExperimentRequest.class)))
                    @RequestBody
                    ExperimentOrder order) {
        Experiment experiment = desk.plan(order.request());
        return ResponseEntity.created(URI.create("/api/v1/experiments/" + experiment.id()))
                .eTag(tag(experiment).text())
                .body(ExperimentView.of(experiment));
    }

    @Operation(summary = "List experiments", description = "The newest first.")
    @Example(
            response =
                    "{\"data\": ["
                            + EXPERIMENT
                            + "], \"has_more\": false, \"last_id\": \"exp_06dgm0e1xhw4t9s8n1p3q5r7vw\"}")
    @GetMapping
    Page<ExperimentView> list(@ParameterObject Paging paging) {
        return experiments.page(paging).map(ExperimentView::of);
    }

    @Operation(summary = "Read an experiment", description = "Its ETag is what If-Match wants.")
    @Example(response = EXPERIMENT)
    @GetMapping("/{id}")
    ResponseEntity<ExperimentView> get(@PathVariable String id) {
        return answer(experiments.named(id));
    }

    @Operation(
            summary = "Edit an experiment",
            description =
                    "Name, description and tags; what its jobs are compared by stays. With If-Match only if nobody else edited it since.")
    @Example(
            request = "{\"description\": \"three ranks\", \"tags\": {\"team\": \"b\"}}",
            response = EXPERIMENT)
    @PatchMapping("/{id}")
    ResponseEntity<ExperimentView> edit(
            @PathVariable String id,
            @RequestBody ExperimentEdit edit,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false)
                    @Nullable String ifMatch) {
        return answer(desk.edit(id, edit, ifMatch));
    }

    @Operation(
            summary = "Delete an experiment",
            description =
                    "With its jobs and all they made; refused while a job is queued or running."
                            + " With If-Match only if nobody edited it since. It is gone from every"
                            + " list and address at once, and for good a while later"
                            + " (palimpsest.retention.deleted); until then it can be restored.")
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false)
                    @Nullable String ifMatch) {
        desk.delete(id, ifMatch);
    }

    @Operation(
            summary = "Restore a deleted experiment",
            description =
                    "With its jobs and all they made, as they were; for administrators, until it is"
                            + " purged.")
    @Example(response = EXPERIMENT)
    @PostMapping("/{id}/restore")
    ResponseEntity<ExperimentView> restore(@PathVariable String id) {
        return answer(desk.restore(id));
    }

    static EditTag tag(Experiment experiment) {
        return new EditTag(experiment.version());
    }

    static NotFound missing(String id) {
        return new NotFound(
                "there is no experiment " + id + "; GET /api/v1/experiments lists them");
    }

    private static ResponseEntity<ExperimentView> answer(Experiment experiment) {
        return ResponseEntity.ok().eTag(tag(experiment).text()).body(ExperimentView.of(experiment));
    }
}
