package dev.palimpsest.training;

import static dev.palimpsest.training.OracleNumbers.largestDifference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.OracleSet;
import dev.palimpsest.OracleSet.Variant;
import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Documents;
import dev.palimpsest.model.Parameter.Gradients;
import dev.palimpsest.model.Safetensors;
import dev.palimpsest.model.Weights;
import dev.palimpsest.spec.Method.Lora;
import dev.palimpsest.spec.Optimizer;
import dev.palimpsest.spec.Schedule;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import dev.palimpsest.training.OracleNumbers.Longs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/** One run of a variant, trained again here from the same weights on the same batches. */
record OracleRun(Variant variant, String name) {
    /** What a step measured, or ought to. */
    record Step(double loss, double rate, double norm, long tokens) {}

    /** A recipe, and what a mistaken implementation would do otherwise. */
    record Recipe(Optimizer optimizer, double rate, double clip, Schedule schedule, int early) {
        Recipe with(Optimizer other) {
            return new Recipe(other, rate, clip, schedule, early);
        }

        Recipe clippedAt(double other) {
            return new Recipe(optimizer, rate, other, schedule, early);
        }

        Recipe early(int steps) {
            return new Recipe(optimizer, rate, clip, schedule, steps);
        }
    }

    Path folder() {
        return variant.folder().resolve(name);
    }

    JsonNode trajectory() throws IOException {
        return OracleSet.json(folder().resolve("trajectory.json"));
    }

    boolean has(String file) {
        return Files.exists(folder().resolve(file));
    }

    boolean trainsAnAdapter() {
        return Files.isDirectory(folder().resolve("init"));
    }

    /** The rounding of a bf16 base moves a run by so much that it can be compared only loosely. */
    boolean isRounded() throws IOException {
        return trajectory()
                .path("hyperparameters")
                .path("base_dtype")
                .asString("")
                .equals("bfloat16");
    }

    List<Step> expected() throws IOException {
        return trajectory()
                .path("steps")
                .valueStream()
                .map(
                        step ->
                                new Step(
                                        step.path("loss").asDouble(),
                                        step.path("lr").asDouble(),
                                        step.path("grad_norm").asDouble(),
                                        step.path("tokens").asLong()))
                .toList();
    }

    Recipe recipe() throws IOException {
        JsonNode options = trajectory().path("hyperparameters");
        List<Double> betas = options.path("betas").valueStream().map(JsonNode::asDouble).toList();
        double decay = options.path("weight_decay").asDouble();
        boolean all = options.path("weight_decay_on").asString().startsWith("every");
        Optimizer optimizer =
                options.path("optimizer").asString().equals("lion")
                        ? new Optimizer.LionW(betas, decay, all)
                        : new Optimizer.AdamW(betas, options.path("eps").asDouble(), decay, all);
        return new Recipe(
                optimizer,
                options.path("lr").asDouble(),
                options.path("max_grad_norm").asDouble(),
                new Schedule.Cosine(options.path("warmup_steps").asInt(), 0),
                0);
    }

    Decoder decoder(Scope scope, Memory memory) throws IOException {
        if (!trainsAnAdapter()) {
            Weights base = Weights.own(variant.model(), ElementType.F32, scope, memory);
            return Decoder.full(scope, base, ElementType.F32, Gradients.OF_EACH, memory);
        }
        ElementType type = isRounded() ? ElementType.BF16 : ElementType.F32;
        Weights base = Weights.read(variant.model(), type, scope, memory);
        Path init = folder().resolve("init");
        Adapter adapter = Adapter.read(init, base.architecture(), scope, memory);
        return Decoder.lora(scope, base, adapter, memory, true);
    }

    /** Every batch in micro-batches of one row fewer than half, which must change nothing. */
    List<Step> trained(Decoder decoder, Recipe recipe, Scope scope, Memory memory)
            throws IOException {
        Updates updates =
                new Updates(
                        Updates.Options.plain(recipe.optimizer()),
                        1,
                        decoder.parameters(),
                        Map.of(),
                        scope,
                        memory);
        Path batches = variant.folder().resolve("train_batches.safetensors");
        Longs ids = Longs.read(batches, "input_ids");
        Longs labels = Longs.read(batches, "labels");
        int rows = ids.shape().get(1).intValue();
        int steps = expected().size();
        List<Step> measured = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            long[] stepIds = ids.slice(step);
            long[] stepLabels = labels.slice(step);
            int columns = stepIds.length / rows;
            double rate = recipe.rate() * recipe.schedule().multiple(step + recipe.early(), steps);
            try (Scope call = scope.nested()) {
                long count = counted(stepLabels, columns);
                double loss = 0;
                int part = Math.max(1, rows / 2);
                for (int row = 0; row < rows; row += part) {
                    int from = row * columns;
                    int to = Math.min(rows, row + part) * columns;
                    loss +=
                            decoder.backward(
                                    Documents.rows(
                                            Arrays.copyOfRange(stepIds, from, to),
                                            (to - from) / columns),
                                    Arrays.copyOfRange(stepLabels, from, to),
                                    count,
                                    Decoder.Pass.plain());
                }
                double norm = updates.clip(recipe.clip(), call);
                updates.update(new Rule.Rate(rate, recipe.rate()), call);
                decoder.updated();
                measured.add(new Step(loss, rate, norm, count));
            }
        }
        return measured;
    }

    /** Losses of the first batches after the last step. */
    List<Double> lossesAfter(Decoder decoder) throws IOException {
        Path batches = variant.folder().resolve("train_batches.safetensors");
        Longs ids = Longs.read(batches, "input_ids");
        Longs labels = Longs.read(batches, "labels");
        int rows = ids.shape().get(1).intValue();
        List<Double> losses = new ArrayList<>();
        for (int step = 0; step < trajectory().path("eval_loss_after").size(); step++)
            losses.add(decoder.loss(Documents.rows(ids.slice(step), rows), labels.slice(step)));
        return losses;
    }

    /** The weights or the adapter after the last step, as the oracle has them. */
    Map<String, Tensor> finalTensors(Scope scope, Memory memory) throws IOException {
        Path file =
                trainsAnAdapter()
                        ? folder().resolve("final/adapter_model.safetensors")
                        : folder().resolve("final.safetensors");
        return Safetensors.open(file).tensors(scope, memory);
    }

    /** The trained model as it was saved. */
    Decoder reloaded(Scope scope, Memory memory) throws IOException {
        if (!trainsAnAdapter()) {
            Architecture architecture = Architecture.of(variant.model());
            return Decoder.frozen(
                    scope,
                    new Weights(architecture, finalTensors(scope, memory)),
                    Optional.empty(),
                    memory);
        }
        Weights base = Weights.read(variant.model(), ElementType.F32, scope, memory);
        return Decoder.frozen(
                scope, base, Optional.of(trainedAdapter(base, scope, memory)), memory);
    }

    Adapter trainedAdapter(Weights base, Scope scope, Memory memory) throws IOException {
        return Adapter.read(folder().resolve("final"), base.architecture(), scope, memory);
    }

    /** The same adapter, saved by us and read by us. */
    void assertSavedAlike(Adapter adapter, Weights base, Path into, Scope scope, Memory memory)
            throws IOException {
        adapter.write(into, "model");
        Map<String, Tensor> theirs = finalTensors(scope, memory);
        Map<String, Tensor> ours =
                Safetensors.open(into.resolve("adapter_model.safetensors")).tensors(scope, memory);
        assertThat(ours.keySet()).isEqualTo(theirs.keySet());
        ours.forEach(
                (tensor, value) -> {
                    assertThat(value.shape()).isEqualTo(theirs.get(tensor).shape());
                    assertThat(value.type()).isEqualTo(theirs.get(tensor).type());
                    assertThat(largestDifference(value.floats(), theirs.get(tensor).floats()))
                            .isZero();
                });
        Lora again = Adapter.read(into, base.architecture(), scope, memory).method();
        assertThat(again).isEqualTo(adapter.method());
    }

    private static long counted(long[] labels, int columns) {
        return LongStream.range(0, labels.length)
                .filter(i -> i % columns != 0 && labels[(int) i] != -100)
                .count();
    }
}
