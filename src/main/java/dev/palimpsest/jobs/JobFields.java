package dev.palimpsest.jobs;

import dev.palimpsest.filter.Field;
import dev.palimpsest.filter.FieldName;
import dev.palimpsest.filter.Fields;
import dev.palimpsest.filter.Kind;
import dev.palimpsest.filter.Sql;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What can be asked of a job: what its answer says of it, its spec, tags and newest metrics. */
public final class JobFields implements Fields {
    private static final Map<String, Field> COLUMNS = new TreeMap<>();

    static {
        for (String text :
                List.of("id", "name", "experiment", "method", "base_model", "sweep", "origin"))
            COLUMNS.put(text, column(Kind.TEXT, text));
        for (String number : List.of("cell", "trainable_parameters", "peak_bytes"))
            COLUMNS.put(number, column(Kind.NUMBER, number));
        for (String number : List.of("step", "total_steps", "tokens"))
            COLUMNS.put("progress." + number, column(Kind.NUMBER, number));
        for (String time : List.of("created_at", "started_at", "ended_at"))
            COLUMNS.put(time, column(Kind.TIME, time));
        COLUMNS.put("diverged", column(Kind.TRUTH, "diverged"));
        COLUMNS.put("error.title", column(Kind.TEXT, "error_title"));
        COLUMNS.put(
                "status",
                Field.of(
                        Arrays.stream(Status.values()).map(Status::word).toList(),
                        Sql.of("jobs.status")));
    }

    @Override
    public Field named(FieldName name) {
        Field column = COLUMNS.get(name.text());
        if (column != null) return column;
        return inside(name)
                .orElseThrow(
                        () ->
                                name.refused(
                                        "is no field of jobs; those are %s, spec.…, tags.… and metrics.\"…\""
                                                .formatted(String.join(", ", COLUMNS.keySet()))));
    }

    private static Optional<Field> inside(FieldName name) {
        if (name.parts().size() == 1) return Optional.empty();
        return switch (name.first()) {
            case "metrics" -> Optional.of(metric(name.rest()));
            case "tags" -> Optional.of(tag(name.rest()));
            case "spec" -> Optional.of(spec(name));
            default -> Optional.empty();
        };
    }

    /** Its newest value. */
    public static Field metric(String key) {
        return Field.among(
                Kind.NUMBER,
                Sql.of("series.value"),
                Sql.of("metric_series series where series.job = jobs.id and series.key = ?", key));
    }

    public static Field tag(String key) {
        return Field.of(Kind.TEXT, Sql.of("jobs.tags ->> ?", key));
    }

    private static Field spec(FieldName name) {
        Kind kind = SpecPaths.KINDS.get(name.rest());
        if (kind == null)
            throw name.refused(
                    "is no single value of a job spec; those are "
                            + String.join(", ", SpecPaths.KINDS.keySet()));
        String[] path = name.parts().subList(1, name.parts().size()).toArray(String[]::new);
        return Field.of(
                kind,
                switch (kind) {
                    case TEXT -> Sql.of("jobs.spec #>> ?", (Object) path);
                    case NUMBER -> typed("number", "double precision", path);
                    case TRUTH -> typed("boolean", "boolean", path);
                    case TIME -> throw new IllegalStateException(name.text());
                });
    }

    /** A spec that was stored before it got the field has null there. */
    private static Sql typed(String json, String type, String[] path) {
        return Sql.of("case when jsonb_typeof(jobs.spec #> ?) = '", (Object) path)
                .then(json)
                .then("' then (jobs.spec #> ?)::", (Object) path)
                .then(type)
                .then(" end")
                .inParentheses();
    }

    private static Field column(Kind kind, String name) {
        return Field.of(kind, Sql.of("jobs." + name));
    }
}
