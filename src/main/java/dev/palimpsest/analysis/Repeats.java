package dev.palimpsest.analysis;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs of one spec, seed included, such as the one that tried a rate and the grid's at that rate:
 * of chance they say no more than one does.
 */
final class Repeats {
    /** What is said of a job and changes nothing in its run. */
    private static final Set<String> WORDS = Set.of("name", "tags");

    private record Where(int recipe, long step) {}

    private Repeats() {}

    /** Where several runs of a spec have a point at one step, that of the newest. */
    static List<Material.Point> without(List<Material.Point> points) {
        Map<JsonNode, Integer> recipes = new HashMap<>();
        Map<String, Integer> ofJobs = new HashMap<>();
        Map<Where, Material.Point> newest = new LinkedHashMap<>();
        for (Material.Point point : points) {
            Integer recipe =
                    ofJobs.computeIfAbsent(
                            point.run().job(),
                            _ ->
                                    recipes.computeIfAbsent(
                                            recipe(point.run().spec()), _ -> recipes.size()));
            newest.put(new Where(recipe, point.place().step()), point);
        }
        return List.copyOf(newest.values());
    }

    private static JsonNode recipe(JsonNode spec) {
        ObjectNode recipe = (ObjectNode) spec.deepCopy();
        WORDS.forEach(recipe::remove);
        return recipe;
    }
}
