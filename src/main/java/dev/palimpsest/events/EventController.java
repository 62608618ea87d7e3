package dev.palimpsest.events;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The events' HTTP door. */
@Tag(name = "Jobs")
@RestController
class EventController {
    private static final String NUMBER = "\\d{1,18}";

    private final JobEvents events;
    private final Changes changes;
    private final Jobs jobs;
    private final Metrics metrics;
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("job-events-", 0).factory());

    EventController(JobEvents events, Changes changes, Jobs jobs, Metrics metrics) {
        this.events = events;
        this.changes = changes;
        this.jobs = jobs;
        this.metrics = metrics;
    }

    @Operation(
            summary = "List what happened to a job",
            description =
                    "The oldest first: each status it came to have, checkpoints saved, tasks scored, what guards did, wishes to pause or"
                            + " cancel, and `yield_requested` with its reason where a job of a higher priority, or a drained worker, makes it wait again. With `Accept: text/event-stream` they are told while they happen, each with its id, so that a client that"
                            + " lost its connection goes on after its `Last-Event-ID`; between them `metrics` with the newest point of each"
                            + " key, and at the job's end `end`, after which the stream closes.")
    @Example(
            response =
                    """
                    {"data": [{"id": "17", "at": "2026-01-01T00:00:00Z", "type": "running", "data": {"attempt": 1}},
                              {"id": "21", "at": "2026-01-01T00:01:00Z", "type": "checkpoint_saved",
                               "data": {"checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "step": 50, "tokens": 204800}}],
                     "has_more": true, "last_id": "21"}""")
    @GetMapping("/api/v1/jobs/{id}/events")
    Page<JobEvent> list(@PathVariable String id, @ParameterObject Paging paging) {
        jobs.requireThere(id);
        return Page.of(
                events.after(id, number("after", paging.after()), paging.limit() + 1),
                paging.limit(),
                JobEvent::id);
    }

    @Operation(summary = "List what happened to a job", description = "As it happens.")
    @Example(response = "\"the events\"")
    @GetMapping(value = "/api/v1/jobs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    ResponseEntity<SseEmitter> live(
            @PathVariable String id,
            @Parameter(description = "The id of the last event that the client knows")
                    @RequestHeader(name = "Last-Event-ID", required = false)
                    @Nullable String known) {
        jobs.requireThere(id);
        SseEmitter out = new SseEmitter(0L); // as long as somebody listens
        Listener listener = new Listener(source(id), out, number("Last-Event-ID", known), threads);
        out.onCompletion(() -> changes.leave(id, listener));
        changes.watch(id, listener);
        listener.wake();
        return ResponseEntity.ok()
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no")
                .body(out);
    }

    private Listener.Source source(String id) {
        return new Listener.Source() {
            @Override
            public boolean over() {
                return jobs.findById(id)
                        .map(Job::status)
                        .filter(status -> !status.terminal())
                        .isEmpty();
            }

            @Override
            public List<JobEvent> after(long event, int limit) {
                return events.after(id, event, limit);
            }

            @Override
            public Object metrics() {
                return new Newest(metrics.keys(id));
            }
        };
    }

    /** As {@code GET /jobs/{id}/metrics/keys} answers. */
    record Newest(List<Metrics.Latest> data) {}

    private static long number(String name, @Nullable String given) {
        if (given == null || given.isEmpty()) return 0;
        if (!given.matches(NUMBER))
            throw new BadParameter(name, "must be the id of an event, a number");
        return Long.parseLong(given);
    }

    @PreDestroy
    void stop() {
        threads.shutdownNow();
    }
}
