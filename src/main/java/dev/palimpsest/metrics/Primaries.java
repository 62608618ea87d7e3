package dev.palimpsest.metrics;

import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.spec.Convention;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The one metric of each task that stands for it, out of jobs' scores. */
final class Primaries {
    private Primaries() {}

    /** By job, step and task; scores of tasks that are not known are left out. */
    static Map<String, Map<Long, Map<String, Measure>>> of(
            List<Evaluation> evaluations, Map<String, Task> known) {
        Map<String, Map<Long, Map<String, Measure>>> primary = new HashMap<>();
        for (Evaluation evaluation : evaluations) {
            Task task = known.get(evaluation.task());
            if (task == null) continue;
            Task asked = task.under(Convention.named(evaluation.convention()));
            primary.computeIfAbsent(evaluation.job(), _ -> new TreeMap<>())
                    .computeIfAbsent(evaluation.step(), _ -> new HashMap<>())
                    .put(task.name(), asked.primaryMeasureOf(evaluation.metrics()));
        }
        return primary;
    }
}
