package dev.palimpsest.openai;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Moves;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.Explode;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.enums.ParameterStyle;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Jobs as clients of the OpenAI API make and follow them. */
@Tag(name = "OpenAI")
@RestController
@RequestMapping("/v1/fine_tuning/jobs")
class FineTuningController {
    private static final int MOST = 1000;
    private static final String METADATA = "metadata[";

    private static final String ORDER =
            """
            {"model": "palimpsest-mini", "training_file": "file-06dgm0e1xhw4t9s8n1p3q5r7vw", "suffix": "sums", "seed": 17,
             "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2, "batch_size": "auto"}}},
             "metadata": {"team": "a"},
             "lora": {"r": 8, "alpha": 16, "target_modules": ["q_proj", "v_proj"]}, "learning_rate": 1e-3,
             "tasks": {"learning": ["gsm8k_arithmetic"], "forgetting": ["definitions_choice"], "limit": 50}}""";

    private static final String JOB =
            """
            {"id": "ftjob-06dgm0e1xhw4t9s8n1p3q5r7vw", "object": "fine_tuning.job", "created_at": 1767225600, "error": null,
             "fine_tuned_model": "ft:palimpsest-mini:palimpsest:sums:06dgm0e1xhw4t9s8n1p3q5r7vw", "finished_at": 1767225700,
             "estimated_finish": null,
             "hyperparameters": {"n_epochs": 2, "batch_size": 1, "learning_rate_multiplier": 5.0},
             "model": "palimpsest-mini", "organization_id": "palimpsest",
             "result_files": ["file-results-06dgm0e1xhw4t9s8n1p3q5r7vw"], "status": "succeeded", "trained_tokens": 240,
             "training_file": "file-06dgm0e1xhw4t9s8n1p3q5r7vw", "validation_file": null, "integrations": [], "seed": 17,
             "method": {"type": "supervised", "supervised": {"hyperparameters":
               {"n_epochs": 2, "batch_size": 1, "learning_rate_multiplier": 5.0}}},
             "metadata": {"team": "a"}, "learning_rate": 0.001,
             "lora": {"r": 8, "alpha": 16.0, "dropout": 0.0, "variant": "standard"},
             "experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "job": "job_06dgm0e1xhw4t9s8n1p3q5r7vw"}""";

    private final Jobs jobs;
    private final FineTuningJobs listing;
    private final OrderDesk desk;
    private final Moves moves;
    private final FineTuningEvents events;
    private final FineTuningCheckpoints checkpoints;
    private final Clock clock;

    FineTuningController(
            Jobs jobs,
            FineTuningJobs listing,
            OrderDesk desk,
            Moves moves,
            FineTuningEvents events,
            FineTuningCheckpoints checkpoints,
            Clock clock) {
        this.jobs = jobs;
        this.listing = listing;
        this.desk = desk;
        this.moves = moves;
        this.events = events;
        this.checkpoints = checkpoints;
        this.clock = clock;
    }

    @Operation(
            summary = "Fine-tune a model",
            description =
                    "Queues a job of LoRA, or with `full` of full finetuning, of the experiment that is named or of one that is made for"
                            + " the base model and the tasks. \"auto\" is 3 epochs, batches of a hundredth of the documents (1 to 16) and a"
                            + " multiplier of 1, which multiplies a learning rate of 2e-4, or 2e-5 of full finetuning. Fields that the"
                            + " hosted service does not have: `lora`, `full`, `tasks` (what each epoch's checkpoint is scored on),"
                            + " `learning_rate`, `sequence_length`, `experiment`; clients send"
                            + " them as `extra_body`. A training file may be the name of any dataset, a model a fine-tuned one. A"
                            + " request that a client sends again within ten minutes makes no second job.")
    @Example(request = ORDER, response = JOB)
    @PostMapping
    FineTuningJob create(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    FineTuningOrder.class)))
                    @RequestBody
                    FineTuningRequest request,
            @Parameter(hidden = true) @RequestHeader(name = Retry.HEADER, required = false)
                    @Nullable String retries) {
        return FineTuningJob.of(desk.take(request, Retry.is(retries)));
    }

    @Operation(
            summary = "List fine-tuning jobs",
            description = "All jobs, whichever way they came, the newest first.")
    @Parameter(
            name = "metadata",
            in = ParameterIn.QUERY,
            style = ParameterStyle.DEEPOBJECT,
            explode = Explode.TRUE,
            description =
                    "`metadata[key]=value`, which all must hold; `metadata=null`: those without any",
            schema = @Schema(type = "object"))
    @Example(
            response =
                    "{\"object\": \"list\", \"data\": ["
                            + JOB
                            + "], \"first_id\": \"ftjob-06dgm0e1xhw4t9s8n1p3q5r7vw\","
                            + " \"last_id\": \"ftjob-06dgm0e1xhw4t9s8n1p3q5r7vw\", \"has_more\": false}")
    @GetMapping
    @Transactional(readOnly = true)
    Listing<FineTuningJob> list(
            @Parameter(description = "The last id of the page before")
                    @RequestParam(defaultValue = "")
                    String after,
            @RequestParam(defaultValue = "20") int limit,
            HttpServletRequest request) {
        int most = Listing.limit(limit, MOST);
        String last = after.isEmpty() ? "" : JobId.job(after);
        return Listing.of(
                listing.page(last, metadata(request), most + 1).stream()
                        .map(FineTuningJob::of)
                        .toList(),
                most,
                FineTuningJob::id);
    }

    private static FineTuningJobs.Metadata metadata(HttpServletRequest request) {
        Map<String, String> pairs = new TreeMap<>();
        for (String name : request.getParameterMap().keySet())
            if (name.startsWith(METADATA) && name.endsWith("]"))
                pairs.put(
                        name.substring(METADATA.length(), name.length() - 1),
                        request.getParameter(name));
        return new FineTuningJobs.Metadata(pairs, "null".equals(request.getParameter("metadata")));
    }

    @Operation(summary = "Read a fine-tuning job")
    @Example(response = JOB)
    @GetMapping("/{id}")
    @Transactional(readOnly = true)
    FineTuningJob get(@PathVariable String id) {
        return FineTuningJob.of(named(id));
    }

    @Operation(
            summary = "Cancel a fine-tuning job",
            description = "At once, or as soon as its trainer has ended.")
    @Example(response = JOB)
    @PostMapping("/{id}/cancel")
    FineTuningJob cancel(@PathVariable String id) {
        return moved(id, job -> job.cancel(clock.instant()));
    }

    @Operation(
            summary = "Pause a fine-tuning job",
            description =
                    "At once, or as soon as its last step is saved; its status is then `paused`.")
    @Example(response = JOB)
    @PostMapping("/{id}/pause")
    FineTuningJob pause(
            @PathVariable String id,
            @Parameter(hidden = true) @RequestHeader(name = Retry.HEADER, required = false)
                    @Nullable String retries) {
        return moved(
                id,
                job -> {
                    boolean done = Retry.is(retries) && job.status() == Status.PAUSED;
                    if (!done) job.pause(clock.instant());
                });
    }

    @Operation(
            summary = "Resume a paused fine-tuning job",
            description = "It goes on at the very step at which it was paused.")
    @Example(response = JOB)
    @PostMapping("/{id}/resume")
    FineTuningJob resume(
            @PathVariable String id,
            @Parameter(hidden = true) @RequestHeader(name = Retry.HEADER, required = false)
                    @Nullable String retries) {
        return moved(
                id,
                job -> {
                    boolean done =
                            Retry.is(retries)
                                    && job.status() != Status.PAUSED
                                    && !job.status().terminal()
                                    && !job.pauseRequested();
                    if (!done) job.resume();
                });
    }

    @Operation(
            summary = "List a fine-tuning job's events",
            description =
                    "The newest first: what happened to it (`message`), and the loss of each step (`metrics`).")
    @Example(
            response =
                    """
                    {"object": "list", "data": [{"id": "ftevent-metrics-20", "object": "fine_tuning.job.event", "created_at": 1767225660,
                     "level": "info", "message": "Step 20: training loss 1.2345", "type": "metrics",
                     "data": {"step": 20, "train_loss": 1.2345}}],
                     "first_id": "ftevent-metrics-20", "last_id": "ftevent-metrics-20", "has_more": false}""")
    @GetMapping("/{id}/events")
    Listing<FineTuningEvent> events(
            @PathVariable String id,
            @Parameter(description = "The last id of the page before")
                    @RequestParam(defaultValue = "")
                    String after,
            @RequestParam(defaultValue = "20") int limit) {
        int most = Listing.limit(limit, MOST);
        return Listing.of(events.page(named(id).id(), after, most + 1), most, FineTuningEvent::id);
    }

    @Operation(
            summary = "List a fine-tuning job's checkpoints",
            description =
                    "The newest first, each with the losses there and, where it was scored, `learning`, `source_score`,"
                            + " `forgetting` and `eval_TASK_METRIC`.")
    @Example(
            response =
                    """
                    {"object": "list", "data": [{"id": "ftckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "object": "fine_tuning.job.checkpoint",
                     "created_at": 1767225680,
                     "fine_tuned_model_checkpoint": "ft:palimpsest-mini:palimpsest:sums:06dgm0e1xhw4t9s8n1p3q5r7vw:ckpt-step-20",
                     "fine_tuning_job_id": "ftjob-06dgm0e1xhw4t9s8n1p3q5r7vw", "step_number": 20,
                     "metrics": {"step": 20, "train_loss": 1.2345, "learning": 0.04, "source_score": 0.31, "forgetting": 0.02,
                                 "eval_gsm8k_arithmetic_exact_match": 0.04, "eval_definitions_choice_acc_norm": 0.31}}],
                     "first_id": "ftckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "last_id": "ftckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "has_more": false}""")
    @GetMapping("/{id}/checkpoints")
    Listing<FineTuningCheckpoint> checkpoints(
            @PathVariable String id,
            @Parameter(description = "The last id of the page before")
                    @RequestParam(defaultValue = "")
                    String after,
            @RequestParam(defaultValue = "10") int limit) {
        int most = Listing.limit(limit, MOST);
        return Listing.of(
                checkpoints.page(named(id), after, most + 1), most, FineTuningCheckpoint::id);
    }

    private FineTuningJob moved(String id, Consumer<Job> move) {
        return FineTuningJob.of(moves.of(named(id).id(), move));
    }

    private Job named(String id) {
        return jobs.findById(JobId.job(id)).orElseThrow(() -> JobId.missing(id));
    }
}
