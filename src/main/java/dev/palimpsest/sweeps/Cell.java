package dev.palimpsest.sweeps;

import dev.palimpsest.spec.Fault;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One combination of a grid's values, on one rung where there is a ladder: one job.
 *
 * @param number its place among the sweep's cells, from 0
 * @param trunk the number of the cell that it branches from
 */
record Cell(int number, List<Choice> choices, @Nullable Rung rung, @Nullable Integer trunk) {
    private static final int LONGEST_NAME = 200;
    private static final int LARGEST_RANK = 65536;

    /** The template with the cell's values in it: a job spec as it would be sent. */
    ObjectNode spec(JsonNode template, String experiment) {
        ObjectNode spec = (ObjectNode) template.deepCopy();
        spec.put("experiment", experiment);
        choices.stream()
                .sorted(Comparator.comparingInt(choice -> choice.target().length()))
                .forEach(choice -> choice.put(spec)); // an object before what is set within it
        tieAlpha(spec);
        if (rung != null) rung.put(spec);
        return spec;
    }

    /** An alpha that is left out is twice the rank (paper, section 4.7). */
    private static void tieAlpha(ObjectNode spec) {
        if (!(spec.get("method") instanceof ObjectNode method)) return;
        if (!method.has("rank") || method.has("alpha")) return;
        if (method.path("type").asString("").equals("full")) return;
        int rank = method.path("rank").asInt(1); // one that is no number is a fault of its own
        method.put("alpha", 2.0 * Math.clamp(rank, 1, LARGEST_RANK));
    }

    Map<String, JsonNode> values() {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        choices.forEach(choice -> values.put(choice.field(), choice.value()));
        if (rung != null) values.put(rung.length(), rung.fields().get(rung.length()));
        return values;
    }

    /** What sets it apart, such as {@code rank 16, learning_rate 2e-4, 400 steps}. */
    String name() {
        return named(
                choices.stream()
                        .map(choice -> label(choice) + " " + choice.words())
                        .collect(Collectors.joining(", ")));
    }

    /** A name with the rung's budget, which is never cut. */
    String named(String name) {
        String budget = rung == null ? "" : rung.words();
        if (name.isEmpty()) return budget;
        String end = budget.isEmpty() ? "" : ", " + budget;
        int most = LONGEST_NAME - end.length();
        return (name.length() <= most ? name : name.substring(0, most - 1) + "…") + end;
    }

    /** The field's own name, or its path where two fields are called alike. */
    private String label(Choice choice) {
        long namesakes =
                choices.stream()
                        .filter(other -> other.lastName().equals(choice.lastName()))
                        .count();
        return namesakes == 1 ? choice.lastName() : choice.field();
    }

    /** A fault of the cell's spec where it stands in the sweep's request. */
    Fault inRequest(Fault fault, JsonNode template) {
        if (rung != null && rung.covers(fault.pointer()))
            return new Fault(rung.pointer(), fault.detail());
        return new Fault(
                chosen(fault.pointer())
                        .or(() -> made(fault.pointer(), template))
                        .orElse("/template" + fault.pointer()),
                fault.detail());
    }

    /** Within a value: the one that was set last, should one lie in another. */
    private Optional<String> chosen(String pointer) {
        return choices.stream()
                .filter(choice -> choice.covers(pointer))
                .max(Comparator.comparingInt(choice -> choice.target().length()))
                .map(
                        choice ->
                                "/grid"
                                        + choice.source()
                                        + pointer.substring(choice.target().length()));
    }

    /** An object that is there only because a field was set in it. */
    private Optional<String> made(String pointer, JsonNode template) {
        if (template.at(pointer).isObject()) return Optional.empty();
        return choices.stream()
                .filter(choice -> choice.target().startsWith(pointer + "/"))
                .map(choice -> "/grid" + choice.axis())
                .findFirst();
    }
}
