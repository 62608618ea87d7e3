package dev.palimpsest.jobs;

import dev.palimpsest.catalog.InUse;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Models and tasks are needed by their experiments, datasets by the jobs that have not ended. */
@Component
class CatalogInUse implements InUse {
    private static final String EXPERIMENT_ON_MODEL =
            "select id from experiments where base_model = :name order by id desc limit 1";

    private static final String EXPERIMENT_ON_TASK =
            """
            select id from experiments
            where :name = any(learning_tasks) or :name = any(forgetting_tasks)
            order by id desc limit 1
            """;

    private static final String JOB_ON_DATASET =
            """
            select id from jobs
            where status in ('queued', 'running', 'paused') and spec ->> 'executor' is distinct from 'external'
              and :name in (spec #>> '{dataset,train}', spec #>> '{dataset,validation}')
            order by id desc limit 1
            """;

    private final JdbcClient database;

    CatalogInUse(JdbcClient database) {
        this.database = database;
    }

    @Override
    public Optional<String> userOfModel(String name) {
        return first(EXPERIMENT_ON_MODEL, name).map("experiment "::concat);
    }

    @Override
    public Optional<String> userOfDataset(String name) {
        return first(JOB_ON_DATASET, name).map("job "::concat);
    }

    @Override
    public Optional<String> userOfTask(String name) {
        return first(EXPERIMENT_ON_TASK, name).map("experiment "::concat);
    }

    private Optional<String> first(String question, String name) {
        return database.sql(question).param("name", name).query(String.class).optional();
    }
}
