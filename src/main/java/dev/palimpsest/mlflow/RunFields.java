package dev.palimpsest.mlflow;

import dev.palimpsest.filter.Field;
import dev.palimpsest.filter.FieldName;
import dev.palimpsest.filter.Fields;
import dev.palimpsest.filter.Kind;
import dev.palimpsest.filter.Sql;
import dev.palimpsest.jobs.JobFields;
import dev.palimpsest.jobs.SpecPaths;
import java.util.Locale;
import java.util.Map;

/** What of a run can be searched by, under MLflow's names. */
final class RunFields implements Fields {
    private static final Sql STATUS =
            Sql.of(
                    """
                    case jobs.status when 'running' then 'RUNNING' when 'succeeded' then 'FINISHED' when 'failed' then 'FAILED'
                        when 'cancelled' then 'KILLED' else 'SCHEDULED' end""");

    private static final Map<String, Field> ATTRIBUTES =
            Map.ofEntries(
                    Map.entry("run_id", text("jobs.id")),
                    Map.entry("run_uuid", text("jobs.id")),
                    Map.entry("run_name", text("jobs.name")),
                    Map.entry("experiment_id", text("jobs.experiment")),
                    Map.entry("user_id", JobFields.tag("mlflow.user")),
                    Map.entry("status", Field.of(RunStatus.WORDS, STATUS.inParentheses())),
                    Map.entry("start_time", milliseconds("jobs.created_at")),
                    Map.entry("created", milliseconds("jobs.created_at")),
                    Map.entry("end_time", milliseconds("jobs.ended_at")));

    @Override
    public Field named(FieldName name) {
        if (name.parts().size() == 1) return attribute(name, name.first());
        return switch (name.first().toLowerCase(Locale.ROOT)) {
            case "metric", "metrics" -> JobFields.metric(name.rest());
            case "param", "params", "parameter", "parameters" -> param(name.rest());
            case "tag", "tags" -> tag(name.rest());
            case "attr", "attribute", "attributes", "run" -> attribute(name, name.rest());
            default ->
                    throw name.refused(
                            "is no field of runs: write metrics.…, params.…, tags.… or attributes.…");
        };
    }

    private static Field attribute(FieldName name, String attribute) {
        Field field = ATTRIBUTES.get(attribute.toLowerCase(Locale.ROOT));
        if (field == null)
            throw name.refused(
                    "is no attribute of runs; those are "
                            + String.join(", ", ATTRIBUTES.keySet().stream().sorted().toList()));
        return field;
    }

    /** The run's name is one of its tags too. */
    private static Field tag(String key) {
        return key.equals(RunTags.NAME) ? text("jobs.name") : JobFields.tag(key);
    }

    /** What was logged, or what the spec of a job says there. */
    private static Field param(String key) {
        if (key.equals(SpecParams.BASE_MODEL)) return text("jobs.base_model");
        Kind kind = SpecPaths.KINDS.get(key);
        if (kind == null)
            return Field.among(
                    Kind.TEXT,
                    Sql.of("param.value"),
                    Sql.of("run_params param where param.job = jobs.id and param.key = ?", key));
        Sql said =
                kind == Kind.NUMBER
                        ? Sql.of(
                                "trim_scale(cast(jobs.spec #>> ? as numeric))::text",
                                (Object) key.split("\\."))
                        : Sql.of("jobs.spec #>> ?", (Object) key.split("\\."));
        return Field.of(
                Kind.TEXT,
                Sql.of(
                                "coalesce((select value from run_params param where param.job = jobs.id and param.key = ?), case when jobs.spec #>> '{dataset,train}' <> ? then ",
                                key,
                                SpecParams.UNSAID)
                        .then(said)
                        .then(" end)"));
    }

    private static Field text(String column) {
        return Field.of(Kind.TEXT, Sql.of(column));
    }

    private static Field milliseconds(String column) {
        return Field.of(
                Kind.NUMBER,
                Sql.of("floor(extract(epoch from %s) * 1000)::double precision".formatted(column)));
    }
}
