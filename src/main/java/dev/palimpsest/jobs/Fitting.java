package dev.palimpsest.jobs;

import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.MemoryPlan;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Method;
import dev.palimpsest.spec.Training;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a method fits into a device's memory, and if not, the smallest change with which it does.
 *
 * @param stored bytes of a number in the model's files
 */
record Fitting(Architecture architecture, int stored, Method method, Training training) {
    private static final String MICRO_BATCH = "/training/micro_batch_size";
    private static final String CHECKPOINTING = "/training/activation_checkpointing";
    private static final String OFFLOAD = "/training/optimizer_offload";
    private static final String PRECISION = "/training/precision";
    private static final String METHOD = "/method";
    private static final String LORA = "{\"type\": \"lora\", \"rank\": 16, \"alpha\": 32}";

    MemoryPlan plan() {
        return MemoryPlan.of(architecture, stored, method, training);
    }

    /** Throws {@link InvalidSpec} with needed and available bytes, at the field to change. */
    void require(Pool.Room room) {
        if (fits(room)) return;
        long needed = plan().peak() + (room.accelerator() == 0 ? plan().host() : 0);
        String refusal =
                "the trainer would need %s, the largest device has %s; "
                        .formatted(size(needed), size(room.largest()));
        Optional<Map<String, String>> fix =
                changes().filter(change -> with(change).fits(room)).findFirst();
        if (fix.isEmpty())
            throw new InvalidSpec(
                    "/base_model",
                    refusal
                            + "neither a smaller micro_batch_size, activation_checkpointing, optimizer_offload nor LoRA makes it fit: take a smaller model");
        throw new InvalidSpec(
                fix.get().keySet().iterator().next(),
                refusal
                        + "with %s it would need %s"
                                .formatted(words(fix.get()), size(with(fix.get()).plan().peak())));
    }

    private boolean fits(Pool.Room room) {
        return accelerator() <= room.accelerator() || processor() <= room.processor();
    }

    /** What it takes of an accelerator, which needs no packed weights. */
    long accelerator() {
        return plan().peak() - plan().packedWeights();
    }

    /** What it takes where the device's memory is the host's. */
    long processor() {
        return plan().peak() + plan().host();
    }

    /** Those that cost least first: values as JSON by their pointers. */
    private Stream<Map<String, String>> changes() {
        List<Map<String, String>> kinds = new ArrayList<>();
        kinds.add(Map.of());
        if (method instanceof Method.Full) {
            kinds.add(Map.of(OFFLOAD, "true"));
            kinds.add(Map.of(METHOD, LORA));
        }
        kinds.add(with(kinds.getLast(), PRECISION, "\"bf16\""));
        return kinds.stream()
                .flatMap(kind -> Stream.of(kind, with(kind, CHECKPOINTING, "true")))
                .flatMap(
                        kind ->
                                Stream.concat(
                                        Stream.of(kind),
                                        smaller()
                                                .mapToObj(
                                                        rows ->
                                                                with(
                                                                        kind,
                                                                        MICRO_BATCH,
                                                                        Long.toString(rows)))))
                .filter(change -> !change.isEmpty());
    }

    private LongStream smaller() {
        long tokens = MemoryPlan.microBatchTokens(architecture, training);
        long rows = Math.max(1, tokens / training.sequenceLength());
        return LongStream.iterate(rows / 2, n -> n >= 1, n -> n / 2);
    }

    private Fitting with(Map<String, String> changes) {
        ObjectNode spec = Binder.JSON.createObjectNode();
        spec.set("method", Binder.JSON.valueToTree(method));
        spec.set("training", Binder.JSON.valueToTree(training));
        changes.forEach(
                (pointer, value) -> {
                    int slash = pointer.lastIndexOf('/');
                    ObjectNode parent = (ObjectNode) spec.at(pointer.substring(0, slash));
                    parent.set(pointer.substring(slash + 1), Binder.JSON.readTree(value));
                });
        return new Fitting(
                architecture,
                stored,
                Binder.bind(spec.get("method"), Method.class),
                Binder.bind(spec.get("training"), Training.class));
    }

    private static Map<String, String> with(
            Map<String, String> changes, String pointer, String value) {
        Map<String, String> more = new LinkedHashMap<>(changes);
        more.put(pointer, value);
        return more;
    }

    private static String words(Map<String, String> changes) {
        return changes.entrySet().stream()
                .map(change -> change.getKey().replaceFirst(".*/", "") + " " + change.getValue())
                .collect(Collectors.joining(" and "));
    }

    static String size(long bytes) {
        return "%.1f GB (%d bytes)".formatted(bytes / 1e9, bytes);
    }
}
