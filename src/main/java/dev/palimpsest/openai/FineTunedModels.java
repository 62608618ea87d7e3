package dev.palimpsest.openai;

import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Guarded;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.spec.Method;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The results of jobs that have succeeded, and checkpoints, as models by name. */
@Component
class FineTunedModels {
    /** Of jobs whose weights are here. */
    private static final String NEWEST_FIRST =
            """
            select id, base_model, coalesce(name, '') as name, ended_at from jobs
            where status = 'succeeded' and not exists (select from openai_deleted_models d where d.job = jobs.id)
              and exists (select from checkpoints c where c.job = jobs.id and c.present)
            order by id desc
            """;

    private static final String DELETE =
            "insert into openai_deleted_models (job, deleted_at) values (:job, :at) on conflict do nothing";

    private final Jobs jobs;
    private final Checkpoints checkpoints;
    private final JdbcClient database;
    private final Clock clock;

    FineTunedModels(Jobs jobs, Checkpoints checkpoints, JdbcClient database, Clock clock) {
        this.jobs = jobs;
        this.checkpoints = checkpoints;
        this.database = database;
        this.clock = clock;
    }

    /** A model by its name and its weights. */
    record Found(String name, Job job, Checkpoint checkpoint) {
        String baseModel() {
            return job.baseModel();
        }

        /** How its adapter was made, if it is one. */
        Optional<Method.Lora> lora() {
            return checkpoint.kind().equals("adapter")
                            && job.spec().method() instanceof Method.Lora lora
                    ? Optional.of(lora)
                    : Optional.empty();
        }
    }

    /** Of a name in the list. */
    record Named(String name, Instant made) {}

    List<Named> newestFirst() {
        return database.sql(NEWEST_FIRST)
                .query(
                        (row, _) ->
                                new Named(
                                        ModelName.of(
                                                row.getString("id"),
                                                row.getString("base_model"),
                                                row.getString("name")),
                                        row.getTimestamp("ended_at").toInstant()))
                .list();
    }

    Optional<Found> find(String name) {
        Optional<ModelName> parts = ModelName.of(name);
        if (parts.isEmpty() || isDeleted(parts.get().job())) return Optional.empty();
        return jobs.findById(parts.get().job())
                .flatMap(job -> weights(job, parts.get()).map(its -> new Found(name, job, its)))
                .filter(found -> found.name().equals(canonical(found.job(), parts.get())));
    }

    private static String canonical(Job job, ModelName parts) {
        Long step = parts.step();
        return step == null ? ModelName.of(job) : ModelName.of(job, step);
    }

    private Optional<Checkpoint> weights(Job job, ModelName parts) {
        Long step = parts.step();
        if (step != null) return checkpoints.atStep(job.id(), step).filter(Checkpoint::present);
        if (job.status() != Status.SUCCEEDED) return Optional.empty();
        return job.guarded()
                .map(Guarded::result)
                .flatMap(checkpoints::find)
                .or(() -> checkpoints.newestFirst(job.id()).stream().findFirst())
                .filter(Checkpoint::present);
    }

    private boolean isDeleted(String job) {
        return database.sql("select count(*) > 0 from openai_deleted_models where job = :job")
                .param("job", job)
                .query(Boolean.class)
                .single();
    }

    /** From the list; its checkpoints stay as long as its experiment does. */
    void delete(Found model) {
        database.sql(DELETE)
                .param("job", model.job().id())
                .param("at", Timestamp.from(clock.instant()))
                .update();
    }
}
