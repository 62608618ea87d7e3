package dev.palimpsest.analysis;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What of a job spec makes the result, but for learning rate and seed.
 *
 * @param rest all but the method
 */
record Recipe(JsonNode method, JsonNode rest) {
    /** Words about a job, and what its result does not depend on. */
    private static final List<String> ASIDE =
            List.of("experiment", "name", "preset", "base_model", "checkpoints", "guards", "tags");

    static Recipe of(JobSpec spec) {
        ObjectNode json = Binder.JSON.valueToTree(spec);
        json.remove(ASIDE);
        ((ObjectNode) json.path("training")).remove(List.of("learning_rate", "seed"));
        if (json.path("branch") instanceof ObjectNode branch) branch.remove("job");
        JsonNode method = json.remove("method");
        return new Recipe(method, json);
    }

    String optimizer() {
        return rest.at("/training/optimizer/type").asString();
    }

    /** Every value by its dotted path. */
    Map<String, JsonNode> fields() {
        Map<String, JsonNode> fields = new TreeMap<>();
        SpecFields.collect("method", method, fields);
        rest.properties()
                .forEach(field -> SpecFields.collect(field.getKey(), field.getValue(), fields));
        return fields;
    }
}
