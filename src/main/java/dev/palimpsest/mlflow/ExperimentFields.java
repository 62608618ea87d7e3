package dev.palimpsest.mlflow;

import dev.palimpsest.filter.Field;
import dev.palimpsest.filter.FieldName;
import dev.palimpsest.filter.Fields;
import dev.palimpsest.filter.Kind;
import dev.palimpsest.filter.Sql;
import java.util.Locale;

/** What of an experiment can be searched by, under MLflow's names. */
final class ExperimentFields implements Fields {
    @Override
    public Field named(FieldName name) {
        boolean alone = name.parts().size() == 1;
        return switch (alone ? "attribute" : name.first().toLowerCase(Locale.ROOT)) {
            case "tag", "tags" ->
                    Field.of(Kind.TEXT, Sql.of("experiments.tags ->> ?", name.rest()));
            case "attr", "attribute", "attributes" ->
                    attribute(name, alone ? name.first() : name.rest());
            default ->
                    throw name.refused("is no field of experiments: write tags.… or attributes.…");
        };
    }

    private static Field attribute(FieldName name, String attribute) {
        return switch (attribute) {
            case "name" -> Field.of(Kind.TEXT, Sql.of("experiments.name"));
            case "experiment_id" -> Field.of(Kind.TEXT, Sql.of("experiments.id"));
            case "creation_time" -> milliseconds("experiments.created_at");
            case "last_update_time" -> milliseconds("experiments.updated_at");
            default ->
                    throw name.refused(
                            "is no attribute of experiments; those are creation_time, experiment_id, last_update_time, name");
        };
    }

    private static Field milliseconds(String column) {
        return Field.of(
                Kind.NUMBER,
                Sql.of("floor(extract(epoch from %s) * 1000)::double precision".formatted(column)));
    }
}
