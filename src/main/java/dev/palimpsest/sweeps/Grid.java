package dev.palimpsest.sweeps;

import dev.palimpsest.spec.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Values by fields of a job spec. Its cells are all combinations, the first field's value changing
 * last; a list of grids has the cells of each, one grid after the other.
 */
record Grid(List<List<Axis>> parts) {
    private static final Pattern FIELD = Pattern.compile("[^.]+(\\.[^.]+)*");

    /** Throws {@link dev.palimpsest.spec.InvalidSpec} with pointers into the grid. */
    static Grid of(JsonNode json) {
        Faults faults = new Faults();
        List<List<Axis>> parts = new ArrayList<>();
        faults.require(!json.isArray() || !json.isEmpty(), "", "must have at least one grid");
        if (json.isArray())
            for (int i = 0; i < json.size(); i++) parts.add(axes(json.get(i), "/" + i, faults));
        else parts.add(axes(json, "", faults));
        faults.raise();
        return new Grid(parts);
    }

    private static List<Axis> axes(JsonNode json, String at, Faults faults) {
        faults.require(
                json.isObject() && !json.isEmpty(),
                at,
                "must be an object that has a list of values for at least one field");
        List<Axis> axes = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            String field = entry.getKey();
            String pointer = at + "/" + field.replace("~", "~0").replace("/", "~1");
            faults.require(
                            FIELD.matcher(field).matches(),
                            pointer,
                            "must be a dotted path into the job spec, such as training.learning_rate")
                    .require(
                            !field.equals("experiment") && !field.equals("name"),
                            pointer,
                            "cannot vary: the path says the experiment, and the cell the name")
                    .require(
                            entry.getValue().isArray() && !entry.getValue().isEmpty(),
                            pointer,
                            "must be a list of at least one value");
            List<JsonNode> values = entry.getValue().valueStream().toList();
            for (int i = 0; i < values.size(); i++) {
                int first = values.indexOf(values.get(i));
                faults.require(first == i, pointer + "/" + i, "is the same as value " + first);
            }
            axes.add(new Axis(field, values, pointer));
        }
        return axes;
    }

    /** How many cells there are; as a double, since that grows with the power of the fields. */
    double size() {
        return parts.stream()
                .mapToDouble(
                        axes ->
                                axes.stream()
                                        .mapToDouble(axis -> axis.values().size())
                                        .reduce(1, (a, b) -> a * b))
                .sum();
    }

    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (List<Axis> axes : parts) {
            List<List<Choice>> product = List.of(List.of());
            for (Axis axis : axes)
                product =
                        product.stream()
                                .flatMap(before -> axis.choices().map(next -> plus(before, next)))
                                .toList();
            for (List<Choice> choices : product)
                cells.add(new Cell(cells.size(), choices, null, null));
        }
        return cells;
    }

    private static List<Choice> plus(List<Choice> before, Choice next) {
        return Stream.concat(before.stream(), Stream.of(next)).toList();
    }
}
