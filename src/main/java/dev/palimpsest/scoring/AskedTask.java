package dev.palimpsest.scoring;

import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.EvaluationPlan;
import dev.palimpsest.spec.Exemplars;
import dev.palimpsest.spec.Faults;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task and how it is asked; what is left out is as it is in a job.
 *
 * @param limit how many items; null for all
 * @param fewShot how many exemplars; null for the task's usual number
 */
record AskedTask(
        String name,
        @Nullable Integer limit,
        @Nullable Integer fewShot,
        @Default("\"sampled\"") Exemplars exemplars,
        @Default("\"lm_eval\"") Convention convention) {
    private static final int MOST_ITEMS = 1 << 30;

    AskedTask {
        Faults faults = new Faults();
        if (limit != null) faults.between(limit, 1, MOST_ITEMS, "/limit");
        if (fewShot != null) faults.between(fewShot, 0, EvaluationPlan.MOST_EXEMPLARS, "/few_shot");
        faults.raise();
    }

    /** As a job's plan asks it. */
    static AskedTask of(String name, EvaluationPlan plan) {
        return new AskedTask(
                name, plan.limit(), plan.fewShot().get(name), plan.exemplars(), plan.rules());
    }

    EvaluationPlan plan() {
        return EvaluationPlan.asking(
                fewShot == null ? Map.of() : Map.of(name, fewShot), exemplars, convention);
    }
}
