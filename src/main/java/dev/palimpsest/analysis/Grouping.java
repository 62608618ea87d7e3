package dev.palimpsest.analysis;

import dev.palimpsest.jobs.Runs.Run;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which runs differ in nothing but their seed and their length: those stand in one curve.
 *
 * @param fields of the spec that differ between runs, as {@code method.rank}
 */
public record Grouping(List<String> fields, Map<String, Map<String, JsonNode>> byJob) {
    /** What tells neither what was trained nor how. */
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "experiment",
                    "name",
                    "preset",
                    "base_model",
                    "branch",
                    "tags",
                    "checkpoints",
                    "evaluation",
                    "guards");

    /** The seed, how long a run is, and what changes no digit. */
    private static final Set<String> NOT_COMPARED =
            Set.of(
                    "dataset.max_tokens",
                    "training.epochs",
                    "training.max_tokens",
                    "training.max_steps",
                    "training.micro_batch_size",
                    "training.seed");

    /** By the fields that differ. */
    public static Grouping of(List<Run> runs) {
        Map<String, Map<String, JsonNode>> flat = flat(runs);
        Set<String> differing = new TreeSet<>();
        Map<String, JsonNode> first = null;
        for (Map<String, JsonNode> spec : flat.values()) {
            if (first == null) first = spec;
            Set<String> all = new HashSet<>(first.keySet());
            all.addAll(spec.keySet());
            for (String field : all)
                if (!NOT_COMPARED.contains(field) && !same(first.get(field), spec.get(field)))
                    differing.add(field);
        }
        return new Grouping(List.copyOf(differing), flat);
    }

    /** By chosen fields, whatever else differs. */
    public static Grouping of(List<Run> runs, List<String> fields) {
        return new Grouping(List.copyOf(fields), flat(runs));
    }

    private static boolean same(@Nullable JsonNode a, @Nullable JsonNode b) {
        return a == null ? b == null : a.equals(b);
    }

    /** The fields' values in a run; those that it does not have are left out. */
    Map<String, JsonNode> of(String job) {
        Map<String, JsonNode> spec = byJob.getOrDefault(job, Map.of());
        Map<String, JsonNode> group = new LinkedHashMap<>();
        for (String field : fields) {
            JsonNode value = spec.get(field);
            if (value != null) group.put(field, value);
        }
        return group;
    }

    /** Whether some run's spec has the field. */
    boolean has(String field) {
        return byJob.values().stream().anyMatch(spec -> spec.containsKey(field));
    }

    /** All fields that runs have. */
    List<String> known() {
        Set<String> known = new TreeSet<>();
        byJob.values().forEach(spec -> known.addAll(spec.keySet()));
        return new ArrayList<>(known);
    }

    private static Map<String, Map<String, JsonNode>> flat(List<Run> runs) {
        Map<String, Map<String, JsonNode>> flat = new HashMap<>();
        for (Run run : runs) {
            Map<String, JsonNode> fields = new TreeMap<>();
            for (Map.Entry<String, JsonNode> part : run.spec().properties())
                if (!LEFT_OUT.contains(part.getKey()))
                    SpecFields.collect(part.getKey(), part.getValue(), fields);
            fields.values().removeIf(JsonNode::isNull);
            flat.put(run.job(), fields);
        }
        return flat;
    }
}
