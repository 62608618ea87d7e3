package dev.palimpsest.openai;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.JobSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An order as a job spec: what "auto" stands for, and which field of either stands for which of the
 * other.
 *
 * @param documents of the training file
 * @param longest tokens that the model can read
 * @param lora the adapter; null where every weight is trained
 * @param start the checkpoint to go on from
 */
record Recipe(
        FineTuningOrder order,
        String experiment,
        String baseModel,
        long documents,
        int longest,
        long seed,
        FineTuningOrder.@Nullable Lora lora,
        @Nullable String start) {
    private static final double LORA_RATE = 2e-4;
    private static final double FULL_RATE = 2e-5; // the paper's best rates are ten times apart

    private static final int EPOCHS = 3;
    private static final int LARGEST_BATCH = 16;
    private static final int DOCUMENTS_A_ROW = 100;
    private static final int SEQUENCE_LENGTH = 512;

    /** What a multiplier multiplies. */
    static double usualRate(boolean full) {
        return full ? FULL_RATE : LORA_RATE;
    }

    JobSpec spec() {
        ObjectNode spec = Binder.JSON.createObjectNode();
        spec.put("experiment", experiment).put("base_model", baseModel);
        if (order.suffix() != null) spec.put("name", order.suffix());
        ObjectNode dataset = spec.putObject("dataset").put("train", order.trainingFile());
        if (order.validationFile() != null) dataset.put("validation", order.validationFile());
        method(spec.putObject("method"));
        spec.putObject("training")
                .put("epochs", epochs())
                .put("batch_size", batchSize())
                .put("sequence_length", sequenceLength())
                .put("learning_rate", learningRate())
                .put("seed", seed);
        ObjectNode evaluation = spec.putObject("evaluation");
        FineTuningOrder.TaskChoice tasks = order.tasks();
        evaluation.put(
                "limit", tasks == null ? FineTuningOrder.TaskChoice.USUAL.limit() : tasks.limit());
        var each = evaluation.putObject("at").putArray("epochs");
        IntStream.range(1, epochs()).forEach(each::add);
        spec.set("tags", Binder.JSON.valueToTree(order.metadata()));
        return Binder.bind(spec, JobSpec.class);
    }

    private void method(ObjectNode method) {
        if (lora == null) {
            method.put("type", "full");
            return;
        }
        Double alpha = lora.alpha();
        method.put("type", "lora")
                .put("rank", lora.r())
                .put("alpha", alpha == null ? 2.0 * lora.r() : alpha)
                .put("dropout", lora.dropout())
                .put("variant", Binder.snake(lora.variant().name()));
        method.set("target_modules", Binder.JSON.valueToTree(lora.targetModules()));
        if (start != null) method.putObject("adapter").put("type", "checkpoint").put("id", start);
    }

    private int epochs() {
        return order.asked().epochs().orElse(EPOCHS);
    }

    /** Small files are learned from more often. */
    private int batchSize() {
        int usual = Math.clamp(documents / DOCUMENTS_A_ROW, 1, LARGEST_BATCH);
        return order.asked().rows().orElse(usual);
    }

    private int sequenceLength() {
        Integer asked = order.sequenceLength();
        return asked == null ? Math.min(longest, SEQUENCE_LENGTH) : asked;
    }

    private double learningRate() {
        Double asked = order.learningRate();
        return asked == null
                ? usualRate(lora == null) * order.asked().multiplier().orElse(1)
                : asked;
    }

    /** What is wrong with the spec, at the fields of the order. */
    static InvalidSpec inItsWords(InvalidSpec wrong, FineTuningOrder order) {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("/dataset/train", "/training_file");
        places.put("/dataset/validation", "/validation_file");
        places.put("/training/epochs", order.place() + "/n_epochs");
        places.put("/training/batch_size", order.place() + "/batch_size");
        places.put(
                "/training/learning_rate",
                order.learningRate() == null
                        ? order.place() + "/learning_rate_multiplier"
                        : "/learning_rate");
        places.put("/training/", "/");
        places.put("/method/rank", "/lora/r");
        places.put("/method/adapter", "/model");
        places.put("/method/", "/lora/");
        places.put("/base_model", "/model");
        places.put("/learning_tasks", "/tasks/learning");
        places.put("/forgetting_tasks", "/tasks/forgetting");
        places.put("/evaluation/limit", "/tasks/limit");
        places.put("/name", "/suffix");
        places.put("/tags", "/metadata");
        return new InvalidSpec(
                wrong.faults().stream()
                        .map(fault -> new Fault(moved(fault.pointer(), places), fault.detail()))
                        .toList());
    }

    private static String moved(String pointer, Map<String, String> places) {
        return places.entrySet().stream()
                .filter(place -> pointer.startsWith(place.getKey()))
                .findFirst()
                .map(place -> place.getValue() + pointer.substring(place.getKey().length()))
                .orElse(pointer);
    }
}
