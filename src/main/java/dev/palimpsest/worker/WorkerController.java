package dev.palimpsest.worker;

import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The pool's HTTP door. */
@Tag(name = "Workers", description = "Who runs the jobs")
@RestController
@RequestMapping("/api/v1/workers")
class WorkerController {
    private static final String WORKER =
            """
            {"id": "worker-3f2a", "device": "cpu", "device_class": "cpu", "labels": {"zone": "a"},
             "engine": "palimpsest 0.1.0, libtorch 2.7.1 by DJL 0.36.0", "memory_bytes": 16777216000, "threads": 2, "status": "busy",
             "cordoned": false, "drained": false, "disk_full": false, "slots": 1, "current_job": "job_06dgm0e1xhw4t9s8n1p3q5r7vw",
             "current_jobs": ["job_06dgm0e1xhw4t9s8n1p3q5r7vw"],
             "started_at": "2026-01-01T00:00:00Z", "last_heartbeat": "2026-01-01T00:00:05Z"}""";

    private final Workers workers;
    private final WorkerSettings settings;
    private final Clock clock;

    WorkerController(Workers workers, WorkerSettings settings, Clock clock) {
        this.workers = workers;
        this.settings = settings;
        this.clock = clock;
    }

    /** A worker as it is answered. */
    record WorkerView(
            String id,
            String device,
            String deviceClass,
            Map<String, String> labels,
            @Nullable String engine,
            long memoryBytes,
            int threads,
            WorkerStatus status,
            boolean cordoned,
            boolean drained,
            boolean diskFull,
            int slots,
            @Nullable String currentJob,
            List<String> currentJobs,
            Instant startedAt,
            Instant lastHeartbeat) {}

    record WorkerList(List<WorkerView> data) {}

    @Operation(
            summary = "List the workers",
            description =
                    "Each with its device, what jobs may ask of it, its current jobs, of which `current_job` is the"
                            + " first, and when it was last heard of.")
    @Example(response = "{\"data\": [" + WORKER + "]}")
    @GetMapping
    WorkerList list() {
        Instant now = clock.instant();
        return new WorkerList(workers.all().stream().map(worker -> view(worker, now)).toList());
    }

    @Operation(
            summary = "Cordon a worker",
            description =
                    "It takes nothing new, and ends what it runs. For those who run the service.")
    @Example(response = WORKER)
    @PostMapping("/{id}/cordon")
    WorkerView cordon(@PathVariable String id) {
        workers.cordon(id);
        return one(id);
    }

    @Operation(
            summary = "Let a worker take jobs again",
            description = "After it was cordoned or drained. For those who run the service.")
    @Example(response = WORKER)
    @PostMapping("/{id}/uncordon")
    WorkerView uncordon(@PathVariable String id) {
        workers.uncordon(id);
        return one(id);
    }

    @Operation(
            summary = "Drain a worker",
            description =
                    "It takes nothing new, and the jobs that it runs are saved and go on elsewhere; once it has no `current_job`, it can"
                            + " be stopped. Scorings, spectra and completions that it runs it ends. For those who run the service.")
    @Example(response = WORKER)
    @PostMapping("/{id}/drain")
    WorkerView drain(@PathVariable String id) {
        workers.drain(id);
        return one(id);
    }

    private WorkerView one(String id) {
        return view(workers.named(id), clock.instant());
    }

    private WorkerView view(Workers.Worker worker, Instant now) {
        return new WorkerView(
                worker.id(),
                worker.device().kind(),
                worker.device().deviceClass(),
                worker.device().labels(),
                worker.engine(),
                worker.device().memoryBytes(),
                worker.device().threads(),
                worker.status(now, settings.mostSilence()),
                worker.cordoned(),
                worker.drained(),
                worker.diskFull(),
                worker.slots(),
                worker.currentJobs().stream().findFirst().orElse(null),
                worker.currentJobs(),
                worker.startedAt(),
                worker.lastHeartbeat());
    }
}
