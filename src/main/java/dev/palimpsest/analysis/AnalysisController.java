package dev.palimpsest.analysis;

import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.metrics.Primaries;
import dev.palimpsest.spec.Method;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NotFound;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The paper's figures by HTTP. */
@Tag(name = "Analysis", description = "What the numbers mean")
@RestController
class AnalysisController {
    private static final String TRADEOFF =
            """
            {"base": {"learning": 0.05, "source_score": 0.58, "learning_bits_per_byte": 2.1, "source_bits_per_byte": 1.7,
                      "learning_kind": "accuracy", "source_kind": "accuracy"},
             "points": [{"job": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx",
                         "method": "lora", "rank": 16, "step": 200, "tokens": 310000, "kind": "adapter",
                         "learning": 0.21, "source_score": 0.56, "forgetting": 0.02,
                         "learning_bits_per_byte": 1.2, "source_bits_per_byte": 1.8,
                         "learning_kind": "accuracy", "source_kind": "accuracy", "on_front": true}],
             "front": ["ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx"]}""";

    private final Experiments experiments;
    private final Jobs jobs;
    private final Checkpoints checkpoints;
    private final Evaluations evaluations;
    private final Tasks tasks;

    AnalysisController(
            Experiments experiments,
            Jobs jobs,
            Checkpoints checkpoints,
            Evaluations evaluations,
            Tasks tasks) {
        this.experiments = experiments;
        this.jobs = jobs;
        this.checkpoints = checkpoints;
        this.evaluations = evaluations;
        this.tasks = tasks;
    }

    @Operation(
            summary = "Show what was learned against what was forgotten",
            description =
                    "Every scored checkpoint of the experiment's jobs, and which of them none other beats in both. Learning and source score are means of accuracies, or minus bits per byte where a side has only those; the kinds say which.")
    @Example(response = TRADEOFF)
    @GetMapping("/api/v1/experiments/{id}/tradeoff")
    Tradeoff tradeoff(@PathVariable String id) {
        Experiment experiment =
                experiments
                        .findById(id)
                        .orElseThrow(
                                () ->
                                        new NotFound(
                                                "there is no experiment %s; GET /api/v1/experiments lists them"
                                                        .formatted(id)));
        List<Task> learning = tasks(experiment.learningTasks());
        List<Task> forgetting = tasks(experiment.forgettingTasks());
        Map<String, Task> known = new HashMap<>();
        learning.forEach(task -> known.put(task.name(), task));
        forgetting.forEach(task -> known.put(task.name(), task));
        List<Job> its = jobs.findByExperimentOrderById(id);
        Map<String, Map<Long, Map<String, Double>>> primary =
                Primaries.of(evaluations.ofJobs(its.stream().map(Job::id).toList()), known);
        List<Tradeoff.Scored> scored = new ArrayList<>();
        Optional<Score> shown = Optional.empty();
        for (Job job : its) {
            Map<Long, Map<String, Double>> steps = primary.getOrDefault(job.id(), Map.of());
            Score base = Score.of(learning, forgetting, steps.getOrDefault(0L, Map.of()));
            if (shown.isEmpty() && steps.containsKey(0L)) shown = Optional.of(base);
            for (Checkpoint checkpoint : checkpoints.newestFirst(job.id()).reversed()) {
                Map<String, Double> values = steps.get(checkpoint.step());
                if (values == null) continue;
                scored.add(
                        new Tradeoff.Scored(
                                place(job, checkpoint),
                                base,
                                Score.of(learning, forgetting, values)));
            }
        }
        return Tradeoff.of(shown, scored);
    }

    private static Tradeoff.Place place(Job job, Checkpoint checkpoint) {
        return new Tradeoff.Place(
                job.id(),
                checkpoint.id(),
                job.method(),
                rank(job.spec().method()),
                checkpoint.step(),
                checkpoint.tokens(),
                checkpoint.kind());
    }

    private static @Nullable Integer rank(Method method) {
        return switch (method) {
            case Method.Full _ -> null;
            case Method.Lora lora -> lora.rank();
        };
    }

    private List<Task> tasks(List<String> names) {
        return names.stream()
                .flatMap(name -> tasks.named(name).stream())
                .map(RegisteredTask::task)
                .toList();
    }
}
