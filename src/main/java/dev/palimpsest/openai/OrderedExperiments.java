package dev.palimpsest.openai;

import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.ExperimentDesk;
import dev.palimpsest.jobs.ExperimentRequest;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Convention;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The experiments of jobs whose owners named none: one for a base model and a choice of tasks. */
@Component
class OrderedExperiments {
    private static final Map<String, String> TAGS = Map.of("made_by", "openai-api");

    private static final String FIND =
            """
            select id from experiments
            where base_model = :model and learning_tasks = cast(:learning as text[]) and forgetting_tasks = cast(:forgetting as text[])
              and tags @> cast(:tags as jsonb) and origin is null
            order by id desc limit 1
            """;

    private final ExperimentDesk desk;
    private final Alone alone;
    private final JdbcClient database;

    OrderedExperiments(ExperimentDesk desk, Alone alone, JdbcClient database) {
        this.desk = desk;
        this.alone = alone;
        this.database = database;
    }

    /** Found or made, in its caller's transaction. */
    String of(String model, FineTuningOrder.TaskChoice tasks) {
        alone.with(model); // of two that ask at once the second finds what the first made
        return database.sql(FIND)
                .param("model", model)
                .param("learning", tasks.learning().toArray(new String[0]))
                .param("forgetting", tasks.forgetting().toArray(new String[0]))
                .param("tags", Binder.JSON.writeValueAsString(TAGS))
                .query(String.class)
                .optional()
                .orElseGet(() -> make(model, tasks).id());
    }

    private Experiment make(String model, FineTuningOrder.TaskChoice tasks) {
        return desk.plan(
                new ExperimentRequest(
                        "Fine-tuning of " + model,
                        "Of jobs that came by /v1/fine_tuning/jobs and named no experiment",
                        model,
                        tasks.learning(),
                        List.copyOf(tasks.forgetting()),
                        Convention.LM_EVAL,
                        null,
                        TAGS));
    }
}
