package dev.palimpsest.mlflow;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.JobRequest;
import dev.palimpsest.spec.JobSpec;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A job's spec as a run's params, and the spec of a run whose client says what it trains. */
final class SpecParams {
    static final String BASE_MODEL = "base_model";

    /** The dataset of a spec that nobody said; no dataset's name can hold an @. */
    static final String UNSAID = "unsaid@mlflow";

    private static final Set<String> ELSEWHERE =
            Set.of("version", "experiment", "name", "tags", "base_model");

    /**
     * Stands where a run's client says nothing that a spec could hold; nothing is compared by it.
     */
    private static final String NOTHING_SAID =
            """
            {"dataset": {"train": "unsaid@mlflow"}, "method": {"type": "full"}, "training": {"epochs": 1, "learning_rate": 1}}""";

    private SpecParams() {}

    static JobSpec spec(String experiment, @Nullable String name, @Nullable String said) {
        JsonNode tree = tree(said == null ? NOTHING_SAID : said);
        if (!(tree instanceof ObjectNode spec))
            throw new InvalidSpec("/tags/" + RunTags.SPEC, "must be a JSON object");
        spec.put("experiment", experiment).put("name", name).put("executor", "external");
        return JobRequest.of(spec).spec();
    }

    private static JsonNode tree(String json) {
        try {
            return Binder.JSON.readTree(json);
        } catch (JacksonException broken) {
            throw new InvalidSpec(
                    "/tags/" + RunTags.SPEC, "is not JSON: " + broken.getOriginalMessage());
        }
    }

    /** The single values of a spec by their dotted paths; none of one that nobody said. */
    static Map<String, String> of(JsonNode spec) {
        Map<String, String> params = new TreeMap<>();
        if (spec.at("/dataset/train").asString("").equals(UNSAID)) return params;
        for (Map.Entry<String, JsonNode> part : spec.properties())
            if (!ELSEWHERE.contains(part.getKey())) collect(part.getKey(), part.getValue(), params);
        return params;
    }

    private static void collect(String path, JsonNode value, Map<String, String> into) {
        if (value.isObject())
            for (Map.Entry<String, JsonNode> part : value.properties())
                collect(path + "." + part.getKey(), part.getValue(), into);
        else if (value.isNumber())
            into.put(path, new BigDecimal(value.asString()).stripTrailingZeros().toPlainString());
        else if (value.isString()) into.put(path, value.stringValue());
        else if (!value.isNull() && !(value.isArray() && value.isEmpty()))
            into.put(path, value.toString());
    }
}
