package dev.palimpsest.jobs;

import dev.palimpsest.filter.Filter;
import dev.palimpsest.filter.Listing;
import dev.palimpsest.filter.Sorted;
import dev.palimpsest.filter.Sql;
import dev.palimpsest.spec.JobRequest;
import dev.palimpsest.spec.JobSpec;
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
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The jobs' HTTP door. */
@Tag(name = "Jobs", description = "Finetuning runs")
@RestController
@RequestMapping("/api/v1/jobs")
class JobController {
    private static final String EXAMPLE =
            """
            {"experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "lora-r16",
             "dataset": {"train": "gsm8k-train", "validation": "gsm8k-validation"},
             "method": {"type": "lora", "rank": 16, "alpha": 32},
             "training": {"epochs": 1, "batch_size": 16, "sequence_length": 256, "learning_rate": 5e-4},
             "checkpoints": {"every_steps": 100, "keep_last": 2},
             "evaluation": {"at": {"epochs": [0.5]}, "limit": 200},
             "guards": [{"type": "forgetting", "above": 0.05, "action": "stop"}],
             "resources": {"device_class": "any", "priority": 0}, "tags": {"team": "a"}}
            """;

    private static final String JOB =
            """
            {"id": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "lora-r16",
             "sweep": null, "cell": null, "status": "running", "waits_for": null, "waits_until": null, "base_model": "palimpsest-mini",
             "spec": {"experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "lora-r16", "preset": null, "base_model": null, "branch": null,
                      "dataset": {"train": "gsm8k-train", "validation": "gsm8k-validation", "max_tokens": null}, "regime": "instruction",
                      "method": {"type": "lora", "rank": 16, "alpha": 32.0, "dropout": 0.0, "target_modules": "all",
                                 "variant": "standard", "learning_rate_ratio": null, "adapter": null},
                      "training": {"epochs": 1.0, "max_tokens": null, "max_steps": null, "batch_size": 16,
                                   "micro_batch_size": null, "sequence_length": 256, "packing": false,
                                   "optimizer": {"type": "adamw", "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.0,
                                                 "decay_norms_and_biases": true},
                                   "learning_rate": 5e-4, "schedule": {"type": "cosine", "warmup": 0.1, "floor": 0.01},
                                   "gradient_clip": 1.0, "precision": "fp32", "attention_dropout": 0.0,
                                   "activation_checkpointing": false,
                                   "on_divergence": {"action": "fail", "rate_factor": 0.5, "most": 3, "spike": 5.0}, "seed": 17},
                      "checkpoints": {"every_steps": 100, "keep_last": 2, "keep_every": null,
                                      "at": {"epochs": [], "steps": [], "tokens": []}},
                      "evaluation": {"at": {"epochs": [0.5], "steps": [], "tokens": [], "every_steps": null}, "limit": 200},
                      "guards": [{"type": "forgetting", "above": 0.05, "action": "stop"}],
                      "resources": {"device_class": "any", "priority": 0, "labels": {}, "timeout": null}, "tags": {"team": "a"}},
             "attempts": [{"number": 1, "worker": "worker-3f2a", "started_at": "2026-01-01T00:00:02Z", "ended_at": null,
                           "outcome": null, "reason": null}],
             "progress": {"step": 120, "total_steps": 449, "tokens": 183000}, "cancel_requested": false, "pause_requested": false,
             "data": {"documents": 7173, "rows": 7173, "tokens_per_epoch": 1104000, "documents_per_row": 1.0},
             "trainable_parameters": 589824, "peak_bytes": null, "diverged": false, "guard": null, "warnings": [], "tags": {"team": "a"}, "error": null,
             "created_at": "2026-01-01T00:00:00Z", "started_at": "2026-01-01T00:00:02Z", "ended_at": null}""";

    private static final String PLAN =
            """
            {"steps": 449, "tokens_per_step": 4096, "tokens": 1839104, "micro_batch_tokens": 4096, "trainable_parameters": 589824,
             "memory": {"weights": 22839296, "packed_weights": 0, "gradients": 2359296, "optimizer": 4718592, "activations": 157286400,
                        "workspace": 61000000, "process": 414217728, "peak": 662421312},
             "device_bytes": 16777216000, "warnings": []}""";

    private static final String LIST =
            "{\"data\": ["
                    + JOB
                    + "], \"has_more\": false, \"last_id\": \"job_06dgm0e1xhw4t9s8n1p3q5r7vw\"}";

    private final Jobs jobs;
    private final JobViews views;
    private final Listing listing;
    private final ChosenFields chosen;
    private final Submission submission;
    private final Moves moves;
    private final Clock clock;

    JobController(
            Jobs jobs,
            JobViews views,
            JdbcClient database,
            ChosenFields chosen,
            Submission submission,
            Moves moves,
            Clock clock) {
        this.jobs = jobs;
        this.views = views;
        this.listing = new Listing(database, "jobs", new JobFields());
        this.chosen = chosen;
        this.submission = submission;
        this.moves = moves;
        this.clock = clock;
    }

    @Operation(
            summary = "Submit a job",
            description =
                    "Puts the job into the queue. One with a `branch` goes on from the last checkpoint of its trunk,"
                            + " another job of the experiment, that lies before the cooldown, and lets the rate fall to 0;"
                            + " its length counts the trunk's steps, all else is the trunk's. Until the trunk has succeeded it"
                            + " is queued and `waits_for` that. A spec that cannot be run is answered with every fault at once, each with its JSON pointer;"
                            + " one that needs more memory than the largest device has, with the change that makes it fit."
                            + " `resources` say which workers may take it: those of a `device_class`, with `labels`, and with the"
                            + " memory of its plan; a higher `priority` goes first. What no worker could hold waits, and `waits_until` says for what."
                            + " With the executor `external` no worker takes it: it runs at once, elsewhere, and its owner tells of it."
                            + " With `dry_run=true` the same checks are made, nothing is stored, and the plan is answered with 200:"
                            + " steps, tokens (of rows as long as `sequence_length` allows), trainable parameters, and the"
                            + " bytes of memory that the trainer needs on its device, by part.")
    @Example(request = EXAMPLE, response = JOB)
    @ApiResponse(
            responseCode = "202",
            description = "The job is queued",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = JobView.class)))
    @ApiResponse(
            responseCode = "200",
            description = "What a dry run found",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = PlanView.class),
                            examples = @ExampleObject(PLAN)))
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping
    ResponseEntity<Object> submit(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = JobSpec.class)))
                    @RequestBody
                    JobRequest request,
            @Parameter(description = "Answer the plan and start nothing")
                    @RequestParam(name = "dry_run", defaultValue = "false")
                    boolean dryRun) {
        if (dryRun) return ResponseEntity.ok(submission.plan(request.spec()));
        Job job = submission.of(request.spec());
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/jobs/" + job.id()))
                .body(views.of(job));
    }

    @Operation(
            summary = "List jobs",
            description =
                    "The newest first, or as `sort` says: fields of the filter language, each with `asc` or `desc`; jobs without"
                            + " one come last. `fields` answers only what it names of each job, and `metrics`, all of them or"
                            + " `metrics.\"train/loss\"`, by their newest values, such as `{\"id\": \"job_…\", \"metrics\": {\"train/loss\": 1.23}}`. The next page goes on after the job"
                            + " `last_id` by what that job has then.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of jobs, whole or what of them was chosen",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(anyOf = {JobPage.class, ChosenPage.class})))
    @Example(response = LIST)
    @GetMapping
    @Transactional(readOnly = true)
    public Page<?> list(
            @ParameterObject JobQuestion question,
            @Parameter(example = "metrics.\"train/loss\" asc, created_at desc")
                    @RequestParam(required = false)
                    @Nullable String sort,
            @Parameter(example = "id,status,spec.method.rank,metrics.\"train/loss\"")
                    @RequestParam(required = false)
                    @Nullable String fields,
            @ParameterObject Paging paging) {
        List<Sorted> order =
                sort == null ? List.of() : JobQuestion.said("sort", () -> Filter.order(sort));
        List<Sql> conditions = question.conditions();
        List<List<String>> paths = fields == null ? List.of() : ChosenFields.paths(fields);
        Page<String> ids = JobQuestion.said("sort", () -> listing.page(conditions, order, paging));
        if (fields != null)
            return new Page<>(chosen.of(ids.data(), paths), ids.hasMore(), ids.lastId());
        return new Page<>(views.of(inOrder(ids.data())), ids.hasMore(), ids.lastId());
    }

    private List<Job> inOrder(List<String> ids) {
        Map<String, Job> found =
                jobs.findAllById(ids).stream().collect(Collectors.toMap(Job::id, job -> job));
        return ids.stream().map(found::get).filter(Objects::nonNull).toList();
    }

    /** A page of jobs. */
    record JobPage(List<JobView> data, boolean hasMore, @Nullable String lastId) {}

    /** A page of what was chosen of jobs. */
    record ChosenPage(List<Map<String, Object>> data, boolean hasMore, @Nullable String lastId) {}

    @Operation(summary = "Count jobs")
    @Example(response = "{\"count\": 42}")
    @GetMapping("/count")
    Count count(@ParameterObject JobQuestion question) {
        return new Count(listing.count(question.conditions()));
    }

    /** How many there are. */
    record Count(long count) {}

    @Operation(summary = "Read a job")
    @Example(response = JOB)
    @GetMapping("/{id}")
    @Transactional(readOnly = true)
    JobView get(@PathVariable String id) {
        return views.of(jobs.named(id));
    }

    @Operation(
            summary = "Cancel a job",
            description =
                    "A queued or paused job is cancelled at once, a running one as soon as its trainer has ended.")
    @Example(response = JOB)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/{id}/cancel")
    @Transactional
    ResponseEntity<JobView> cancel(@PathVariable String id) {
        return moved(id, job -> job.cancel(clock.instant()));
    }

    @Operation(
            summary = "Pause a job",
            description =
                    "A queued job is paused at once. A running one ends within a micro-batch: the state after its"
                            + " last complete step is saved, and `pause_requested` is true until it is. A job in"
                            + " any other status is answered with 409 and what can be done with it.")
    @Example(response = JOB)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/{id}/pause")
    @Transactional
    ResponseEntity<JobView> pause(@PathVariable String id) {
        return moved(id, job -> job.pause(clock.instant()));
    }

    @Operation(
            summary = "Resume a paused job",
            description =
                    "Puts it into the queue again. It goes on at the very step at which it was paused, on a CPU"
                            + " with the digits of a run that never was. While a pause is only requested, this"
                            + " takes the request back.")
    @Example(response = JOB)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/{id}/resume")
    @Transactional
    ResponseEntity<JobView> resume(@PathVariable String id) {
        return moved(id, Job::resume);
    }

    @Operation(
            summary = "Try a failed or cancelled job again",
            description = "It goes on from its last checkpoint.")
    @Example(response = JOB)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/{id}/retry")
    @Transactional
    ResponseEntity<JobView> retry(@PathVariable String id) {
        return moved(id, Job::retry);
    }

    private ResponseEntity<JobView> moved(String id, Consumer<Job> move) {
        return ResponseEntity.accepted().body(views.of(moves.of(id, move)));
    }
}
