package dev.palimpsest.jobs;

import dev.palimpsest.spec.Binder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Jobs and their checkpoints as analyses read them: many at once, and no more than they need. */
@Component
public class Runs {
    private static final String JOBS =
            "select id, status, method, spec, total_steps from jobs where experiment = :experiment order by id";

    private static final String SCORED =
            """
            select id, status, method, spec, total_steps from jobs
            where experiment = :experiment
              and (exists (select from job_evaluations e where e.job = jobs.id) or exists (select from step_scores s where s.job = jobs.id))
            order by id
            """;

    private static final String TRUNKS =
            "select distinct spec #>> '{branch,job}' from jobs where experiment = :experiment and trunk is not null";

    private static final String CHECKPOINTS =
            """
            select c.id, c.job, c.step, c.epoch, c.tokens, c.kind from checkpoints c
            join jobs j on j.id = c.job where j.experiment = :experiment order by c.job, c.step
            """;

    private static final String LAST =
            "select distinct on (job) id from checkpoints where job = any(:jobs) order by job, step desc";

    private final JdbcClient database;

    Runs(JdbcClient database) {
        this.database = database;
    }

    /** A job; its spec is as it was stored. */
    public record Run(
            String job, Status status, String method, JsonNode spec, @Nullable Long totalSteps) {
        /** The job that a branch goes on from. */
        public Optional<String> trunk() {
            return spec.at("/branch/job").stringValueOpt();
        }
    }

    /** Where a checkpoint stands in its run; {@code kind} is adapter or model. */
    public record Place(
            String checkpoint, String job, long step, double epoch, long tokens, String kind) {}

    public List<Run> of(String experiment) {
        return runs(JOBS, experiment);
    }

    /** Those of which something was scored. */
    public List<Run> scoredOf(String experiment) {
        return runs(SCORED, experiment);
    }

    /** The jobs that branches go on from. */
    public Set<String> trunksOf(String experiment) {
        return Set.copyOf(
                database.sql(TRUNKS).param("experiment", experiment).query(String.class).list());
    }

    private List<Run> runs(String asked, String experiment) {
        return database.sql(asked)
                .param("experiment", experiment)
                .query(
                        (row, _) ->
                                new Run(
                                        row.getString("id"),
                                        Status.valueOf(
                                                row.getString("status").toUpperCase(Locale.ROOT)),
                                        row.getString("method"),
                                        Binder.JSON.readTree(row.getString("spec")),
                                        row.getObject("total_steps", Long.class)))
                .list();
    }

    /** The jobs that lost their way, even if they went back and on. */
    public Set<String> divergedOf(String experiment) {
        return Set.copyOf(
                database.sql("select id from jobs where experiment = :experiment and diverged")
                        .param("experiment", experiment)
                        .query(String.class)
                        .list());
    }

    /** The last checkpoint of each job that has one. */
    public List<String> lastCheckpoints(List<String> jobs) {
        return database.sql(LAST)
                .param("jobs", jobs.toArray(new String[0]))
                .query(String.class)
                .list();
    }

    public List<Place> checkpointsOf(String experiment) {
        return database.sql(CHECKPOINTS)
                .param("experiment", experiment)
                .query(
                        (row, _) ->
                                new Place(
                                        row.getString("id"),
                                        row.getString("job"),
                                        row.getLong("step"),
                                        row.getDouble("epoch"),
                                        row.getLong("tokens"),
                                        row.getString("kind")))
                .list();
    }
}
