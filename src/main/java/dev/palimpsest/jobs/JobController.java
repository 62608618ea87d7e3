package dev.palimpsest.jobs;

import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The jobs' HTTP door. */
@Tag(name = "Jobs", description = "Finetuning runs")
@RestController
@RequestMapping("/api/v1/jobs")
class JobController {
    static final String EXAMPLE =
            """
            {"experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "lora-r16",
             "dataset": {"train": "gsm8k-train", "validation": "gsm8k-validation"},
             "method": {"type": "lora", "rank": 16, "alpha": 32},
             "training": {"epochs": 1, "batch_size": 16, "sequence_length": 256, "learning_rate": 5e-4},
             "checkpoints": {"every_steps": 100, "keep_last": 2},
             "evaluation": {"at": {"epochs": [0.5]}, "limit": 200},
             "tags": {"team": "a"}}
            """;

    private final Jobs jobs;
    private final JobListing listing;
    private final Submission submission;
    private final Clock clock;

    JobController(Jobs jobs, JobListing listing, Submission submission, Clock clock) {
        this.jobs = jobs;
        this.listing = listing;
        this.submission = submission;
        this.clock = clock;
    }

    @Operation(
            summary = "Submit a job",
            description =
                    "Puts the job into the queue. A spec that cannot be run is answered with every fault at once, each with its JSON pointer.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            content = @Content(mediaType = "application/json", examples = @ExampleObject(EXAMPLE)))
    @PostMapping
    ResponseEntity<JobView> submit(@RequestBody JobSpec spec) {
        Job job = submission.of(spec);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/jobs/" + job.id()))
                .body(JobView.of(job));
    }

    @Operation(summary = "List jobs", description = "The newest first.")
    @GetMapping
    @Transactional(readOnly = true)
    Page<JobView> list(
            @RequestParam(required = false) @Nullable String experiment,
            @Parameter(description = "queued, running, paused, succeeded, failed or cancelled")
                    @RequestParam(required = false)
                    @Nullable String status,
            @Parameter(description = "full or lora") @RequestParam(required = false)
                    @Nullable String method,
            @Parameter(description = "`key:value`; given more than once, all must hold")
                    @RequestParam(required = false)
                    @Nullable List<String> tag,
            Paging paging) {
        JobListing.Question question =
                new JobListing.Question(
                        experiment,
                        status == null ? null : status(status),
                        method,
                        tags(tag == null ? List.of() : tag));
        return listing.page(question, paging).map(JobView::of);
    }

    @Operation(summary = "Read a job")
    @GetMapping("/{id}")
    @Transactional(readOnly = true)
    JobView get(@PathVariable String id) {
        return JobView.of(jobs.findById(id).orElseThrow(() -> missing(id)));
    }

    @Operation(
            summary = "Cancel a job",
            description =
                    "A queued job is cancelled at once, a running one as soon as its trainer has ended.")
    @PostMapping("/{id}/cancel")
    @Transactional
    ResponseEntity<JobView> cancel(@PathVariable String id) {
        return moved(id, job -> job.cancel(clock.instant()));
    }

    @Operation(
            summary = "Try a failed or cancelled job again",
            description = "It goes on from its last checkpoint.")
    @PostMapping("/{id}/retry")
    @Transactional
    ResponseEntity<JobView> retry(@PathVariable String id) {
        return moved(id, Job::retry);
    }

    private ResponseEntity<JobView> moved(String id, Consumer<Job> move) {
        Job job = jobs.findAndLock(id).orElseThrow(() -> missing(id));
        try {
            move.accept(job);
        } catch (IllegalMove refused) {
            throw new Conflict(String.valueOf(refused.getMessage()));
        }
        return ResponseEntity.accepted().body(JobView.of(jobs.save(job)));
    }

    static NotFound missing(String id) {
        return new NotFound("there is no job " + id + "; GET /api/v1/jobs lists them");
    }

    private static Status status(String word) {
        return Arrays.stream(Status.values())
                .filter(status -> status.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () ->
                                new BadParameter(
                                        "status",
                                        "must be one of "
                                                + Arrays.stream(Status.values())
                                                        .map(Status::word)
                                                        .collect(Collectors.joining(", "))));
    }

    private static Map<String, String> tags(List<String> given) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String tag : given) {
            int colon = tag.indexOf(':');
            if (colon < 1) throw new BadParameter("tag", "must be key:value, got " + tag);
            tags.put(tag.substring(0, colon), tag.substring(colon + 1));
        }
        return tags;
    }
}
