package dev.palimpsest.advice;

import dev.palimpsest.jobs.Runs.Run;
import dev.palimpsest.spec.Binder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.node.ObjectNode;

/** Sweeps that start from runs that are there, ready to be sent. */
record NextRuns(String experiment, Map<String, JsonNode> specs) {
    private static final List<String> SAID_ELSEWHERE =
            List.of("experiment", "name", "preset", "base_model", "branch");

    private static final int ENOUGH_SEEDS = 3;

    static NextRuns of(String experiment, List<Run> runs) {
        Map<String, JsonNode> specs = new HashMap<>();
        for (Run run : runs) specs.put(run.job(), run.spec());
        return new NextRuns(experiment, specs);
    }

    /** The recipe of some runs with other values, by dotted paths. */
    NextRun sweep(String words, Tuned from, Map<String, ?> grid) {
        ObjectNode body = Binder.JSON.createObjectNode();
        body.put("name", words.length() > 100 ? words.substring(0, 100) : words);
        body.set("template", template(from));
        body.set("grid", inOneOrder(grid));
        return new NextRun(words, "POST /api/v1/experiments/%s/sweeps".formatted(experiment), body);
    }

    /** Whatever order the maps are in, which another start of the service need not have. */
    private static JsonNode inOneOrder(Map<String, ?> grid) {
        return Binder.JSON.readTree(
                Binder.JSON
                        .writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                        .writeValueAsString(grid));
    }

    NextRun spectra(String checkpoint) {
        return new NextRun(
                "compute the spectra of full finetuning's last checkpoint",
                "POST /api/v1/checkpoints/%s/spectra".formatted(checkpoint),
                Binder.JSON.readTree("{\"intruders\": true}"));
    }

    /** More seeds for each of some conditions, so that there are three. */
    List<NextRun> seeds(List<Tuned> some) {
        List<NextRun> next = new ArrayList<>();
        for (Tuned one : some) {
            List<Long> more = moreSeeds(one);
            if (!more.isEmpty())
                next.add(
                        sweep(
                                "run %s with more seeds".formatted(one.condition().words()),
                                one,
                                Map.of("training.seed", more)));
        }
        return next;
    }

    private static List<Long> moreSeeds(Tuned one) {
        TreeSet<Long> there = new TreeSet<>(one.bySeed().keySet());
        List<Long> more = new ArrayList<>();
        for (long seed = 1; there.size() + more.size() < ENOUGH_SEEDS; seed++)
            if (!there.contains(seed)) more.add(seed);
        return more;
    }

    /** The method of some runs of LoRA with another rank, alpha in proportion. */
    JsonNode ofRank(Tuned from, int rank) {
        ObjectNode method = (ObjectNode) spec(from).path("method").deepCopy();
        method.put("rank", rank);
        method.put("alpha", from.condition().alphaByRank() * rank);
        return stripped(method);
    }

    /** The default is filled in where specs are stored whole. */
    String regime(Tuned of) {
        return spec(of).path("regime").asString("instruction");
    }

    /** What the spec says of how long a run is, of which it says one. */
    Map<String, JsonNode> lengths(Tuned of) {
        Map<String, JsonNode> said = new TreeMap<>();
        for (String field : List.of("epochs", "max_tokens", "max_steps")) {
            JsonNode value = spec(of).path("training").path(field);
            if (value.isNumber()) said.put(field, value);
        }
        return said;
    }

    /** Twice as long as some runs were. */
    NextRun longer(Tuned than) {
        Map<String, Object> grid = new TreeMap<>();
        lengths(than)
                .forEach(
                        (field, value) ->
                                grid.put(
                                        "training." + field,
                                        List.of(
                                                field.equals("epochs")
                                                        ? (Number) (2 * value.doubleValue())
                                                        : (Number) (2 * value.longValue()))));
        grid.put("training.seed", List.copyOf(than.bySeed().keySet()));
        return sweep("run twice as long", than, grid);
    }

    private ObjectNode template(Tuned from) {
        ObjectNode template = (ObjectNode) spec(from).deepCopy();
        template.remove(SAID_ELSEWHERE);
        return stripped(template);
    }

    private JsonNode spec(Tuned from) {
        JsonNode spec = specs.get(from.jobs().getFirst());
        if (spec == null) throw new IllegalStateException("no spec of " + from.jobs().getFirst());
        return spec;
    }

    private static ObjectNode stripped(ObjectNode json) {
        List<String> empty = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (field.getValue().isNull()) empty.add(field.getKey());
            if (field.getValue() instanceof ObjectNode inner) stripped(inner);
        }
        json.remove(empty);
        return json;
    }
}
