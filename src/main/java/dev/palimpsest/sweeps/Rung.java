package dev.palimpsest.sweeps;

import dev.palimpsest.spec.Preset;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One of the jobs that a ladder makes of a grid's cell.
 *
 * @param words its budget as people say it
 * @param fields what it sets in the job spec by dotted paths, the length first
 * @param pointer to its budget in the request
 */
record Rung(Part part, String words, Map<String, JsonNode> fields, String pointer) {
    /** What the job is on its ladder. */
    enum Part {
        RUN,
        TRUNK,
        BRANCH,
        HOT
    }

    void put(ObjectNode spec) {
        fields.forEach((field, value) -> new Choice(field, value, pointer, 0).put(spec));
        if (part == Part.TRUNK || part == Part.BRANCH) keepUp(spec);
    }

    /** The branches fall, so the trunk does not; what falls anyway is refused. */
    private static void keepUp(ObjectNode spec) {
        JsonNode whole = Preset.applied(spec, Preset.Kind.JOB);
        if (!whole.at("/training/schedule/type").asString("").equals("inverse_square_root")) return;
        ObjectNode training = (ObjectNode) spec.get("training");
        ObjectNode schedule =
                training.get("schedule") instanceof ObjectNode given
                        ? given
                        : training.putObject("schedule");
        schedule.put("cooldown", 0.0);
    }

    String length() {
        return fields.keySet().iterator().next();
    }

    /** Faults at this pointer of a job spec are about what it set. */
    boolean covers(String at) {
        return fields.keySet().stream()
                .map(field -> "/" + field.replace('.', '/'))
                .anyMatch(target -> at.equals(target) || at.startsWith(target + "/"));
    }
}
