package dev.palimpsest.trainer;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.evaluation.ItemFile;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.evaluation.TaskResult;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.trainer.Run.Role;
import dev.palimpsest.trainer.Run.TaskRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the run's tasks of the model as it is now, with the same settings at every step. */
final class Examiner {
    private static final Logger LOG = LoggerFactory.getLogger(Examiner.class);

    private final Run run;
    private final Tokenizer tokenizer;
    private final Map<TaskRun, Task> tasks = new LinkedHashMap<>();
    private final Map<String, Double> base;
    private final Map<String, Long> known = new HashMap<>();

    /** What came out: metrics by key, and every task's results. */
    record Report(Map<String, Double> metrics, List<TaskResult> results) {}

    Examiner(Run run, Tokenizer tokenizer) {
        this.run = run;
        this.tokenizer = tokenizer;
        this.base = new LinkedHashMap<>(run.base());
        for (String score : run.evaluated()) known(score);
        for (TaskRun task : run.tasks())
            tasks.put(
                    task,
                    TaskByName.of(task.name(), task.definition(), run.spec().evaluation().rules()));
    }

    /** Whether everything that a step is asked is known already. */
    boolean knows(long step) {
        return !tasks.isEmpty()
                && tasks.values().stream()
                        .allMatch(task -> known.containsKey(task.name() + "@" + step));
    }

    /** What is known of later steps is of another model than the one that will come there. */
    void forgetAfter(long step) {
        known.values().removeIf(scored -> scored > step);
    }

    /** The base model's scores where an earlier job of the experiment measured them. */
    boolean knowsBase() {
        return tasks.values().stream().allMatch(task -> base.containsKey(task.name()));
    }

    /** The base model's primary metrics, without asking again. */
    Map<String, Double> baseMetrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (Task task : tasks.values())
            metrics.put(key(task, task.primary().metric()), base.get(task.name()));
        metrics.putAll(score(base).metrics(score(base)));
        return metrics;
    }

    /** Asks every task; at step 0 the model is the base model. */
    Report examine(long step, LanguageModel model) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        Map<String, Double> primary = new LinkedHashMap<>();
        List<TaskResult> results = new ArrayList<>();
        tasks.forEach(
                (asked, task) -> {
                    ItemFile items =
                            new ItemFile(Path.of(asked.items()), run.spec().evaluation().limit());
                    TaskResult result = task.score(items, model, tokenizer);
                    results.add(result);
                    known(task.name() + "@" + step);
                    result.metrics()
                            .forEach(
                                    (metric, measure) ->
                                            metrics.put(key(task, metric), measure.value()));
                    primary.put(task.name(), task.primaryOf(result.metrics()));
                    LOG.info(
                            "step {}: {} {}",
                            step,
                            task.name(),
                            "%.4f".formatted(task.primaryOf(result.metrics())));
                });
        if (step == 0) base.putAll(primary);
        metrics.putAll(score(primary).metrics(score(base)));
        return new Report(metrics, results);
    }

    private void known(String score) {
        known.put(score, Long.parseLong(score.substring(score.lastIndexOf('@') + 1)));
    }

    private Score score(Map<String, Double> primary) {
        Map<String, Measure> measures = new LinkedHashMap<>();
        primary.forEach((task, value) -> measures.put(task, new Measure(value, null)));
        return Score.of(of(Role.LEARNING), of(Role.FORGETTING), measures);
    }

    private List<Task> of(Role role) {
        return tasks.entrySet().stream()
                .filter(task -> task.getKey().role() == role)
                .map(Map.Entry::getValue)
                .toList();
    }

    private static String key(Task task, String metric) {
        return TaskResult.key(task.name(), metric);
    }
}
