package dev.palimpsest.archive;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table whose rows of one experiment are a member of its archive, a row a line, in an order in
 * which each refers only to rows before it.
 *
 * @param prefix of the ids that its rows get anew; null where they have none of their own
 * @param references its columns that hold an id of the archive, or nothing
 * @param rows by experiment, each as JSON
 */
record Table(String name, @Nullable String prefix, List<String> references, String rows) {
    /** A view: its rows are filed by series, and one that stands already is not counted. */
    private static final String FILE_POINTS =
            """
            with told as (
                select *, dense_rank() over (partition by job order by key)::integer as place
                from json_populate_recordset(null::metric_points, cast(? as json))),
            jobs as (
                select job, array_agg(place order by place, step) as places, array_agg(step order by place, step) as steps,
                       array_agg(value order by place, step) as readings, array_agg(at order by place, step) as times
                from told group by job),
            keys as (
                select job, array_agg(key order by place) as keys from (select distinct job, key, place from told) its group by job)
            select sum(filed) from jobs join keys using (job)
            cross join lateral file_points(job, keys, places, steps, readings, times)
            """;

    /** Those against a checkpoint of another experiment have nothing to refer to elsewhere. */
    private static final String SPECTRA =
            """
            select d.* from decompositions d
            join checkpoints c on c.id = d.checkpoint join jobs j on j.id = c.job
            left join checkpoints a on a.id = d.against left join jobs aj on aj.id = a.job
            where j.experiment = ? and d.status = 'succeeded'
              and (d.against is null or aj.experiment = j.experiment)
            """;

    static final Table EXPERIMENTS =
            new Table(
                    "experiments",
                    "exp",
                    List.of(),
                    "select to_json(t) from experiments t where t.id = ?");

    static final Table SWEEPS =
            new Table(
                    "sweeps",
                    "sweep",
                    List.of("experiment"),
                    "select to_json(t) from sweeps t where t.experiment = ? order by t.id");

    /** Archives were made before these were in them. */
    static final Table STUDIES =
            new Table(
                    "studies",
                    "study",
                    List.of("experiment", "rate_sweep", "grid_sweep"),
                    "select to_json(t) from studies t where t.experiment = ? and t.ended_at is not null order by t.id");

    static final Table JOBS =
            new Table(
                    "jobs",
                    "job",
                    List.of("experiment", "sweep", "trunk"),
                    "select to_json(t) from jobs t where t.experiment = ? order by t.id");

    static final Table ATTEMPTS =
            new Table(
                    "attempts",
                    null,
                    List.of("job"),
                    ofJobs("attempts", "order by t.job, t.number"));

    static final Table CHECKPOINTS =
            new Table(
                    "checkpoints",
                    "ckpt",
                    List.of("job"),
                    ofJobs("checkpoints", "order by t.job, t.step"));

    static final Table METRIC_POINTS =
            new Table(
                    "metric_points",
                    null,
                    List.of("job"),
                    ofJobs("metric_points", "order by t.job, t.key, t.step"));

    /** Archives were made before these were in them. */
    static final Table RUN_PARAMS =
            new Table(
                    "run_params",
                    null,
                    List.of("job"),
                    ofJobs("run_params", "order by t.job, t.key"));

    static final Table EVALUATIONS =
            new Table(
                    "evaluations",
                    "eval",
                    List.of(),
                    """
                    select to_json(t) from evaluations t where exists (
                        select from job_evaluations je join jobs j on j.id = je.job
                        where je.evaluation = t.id and j.experiment = ?) order by t.id
                    """);

    static final Table JOB_EVALUATIONS =
            new Table(
                    "job_evaluations",
                    null,
                    List.of("job", "evaluation"),
                    ofJobs("job_evaluations", "order by t.job, t.step, t.task"));

    static final Table STEP_SCORES =
            new Table(
                    "step_scores",
                    null,
                    List.of("job"),
                    ofJobs("step_scores", "order by t.job, t.step"));

    static final Table DECOMPOSITIONS =
            new Table(
                    "decompositions",
                    "spectra",
                    List.of("checkpoint", "against"),
                    "select to_json(t) from (%s) t order by t.id".formatted(SPECTRA));

    static final Table DECOMPOSED_MATRICES =
            new Table(
                    "decomposed_matrices",
                    null,
                    List.of("decomposition"),
                    """
                    select to_json(t) from decomposed_matrices t
                    where t.decomposition in (select id from (%s) s) order by t.decomposition, t.place
                    """
                            .formatted(SPECTRA));

    static final List<Table> ALL =
            List.of(
                    EXPERIMENTS,
                    SWEEPS,
                    STUDIES,
                    JOBS,
                    ATTEMPTS,
                    CHECKPOINTS,
                    METRIC_POINTS,
                    RUN_PARAMS,
                    EVALUATIONS,
                    JOB_EVALUATIONS,
                    STEP_SCORES,
                    DECOMPOSITIONS,
                    DECOMPOSED_MATRICES);

    private static String ofJobs(String table, String order) {
        return "select to_json(t) from %s t join jobs j on j.id = t.job where j.experiment = ? %s"
                .formatted(table, order);
    }

    /** Inserts an array of rows with these columns, and answers how many it did. */
    String insertion(String columns) {
        if (equals(METRIC_POINTS)) return FILE_POINTS;
        return """
            with inserted as (
                insert into %1$s (%2$s) select %2$s from json_populate_recordset(null::%1$s, cast(? as json)) returning 1)
            select count(*) from inserted
            """
                .formatted(name, columns);
    }

    String member() {
        return name + ".jsonl";
    }

    static Optional<Table> ofMember(String member) {
        return ALL.stream().filter(table -> table.member().equals(member)).findFirst();
    }
}
