package dev.palimpsest.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.palimpsest.OracleSet;
import dev.palimpsest.OracleSet.Variant;
import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Inference;
import dev.palimpsest.model.LanguageModel.Likelihood;
import dev.palimpsest.model.LanguageModel.Request;
import dev.palimpsest.model.Parameter;
import dev.palimpsest.model.Safetensors;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.model.Weights;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Optimizer;
import dev.palimpsest.spec.Schedule;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

class OracleTests {
    private static final double LOGIT = 1e-4;
    private static final double LOSS = 1e-4;
    private static final double RELATIVE = 1e-4;

    @TestFactory
    List<DynamicTest> logitsAreThoseOfTransformers() throws IOException {
        return OracleSet.chosen().variants().stream()
                .map(variant -> dynamicTest(variant.name(), () -> compareLogits(variant)))
                .toList();
    }

    @TestFactory
    List<DynamicTest> generationAndLikelihoodsAreThoseOfTransformers() throws IOException {
        return OracleSet.chosen().variants().stream()
                .map(variant -> dynamicTest(variant.name(), () -> compareAnswers(variant)))
                .toList();
    }

    @TestFactory
    List<DynamicTest> trainingFollowsTheTrajectory() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Variant variant : OracleSet.chosen().variants())
            variant.runs()
                    .forEach(
                            run ->
                                    tests.add(
                                            dynamicTest(
                                                    variant.name() + " " + run,
                                                    () -> compareRun(variant, run))));
        return tests;
    }

    @TestFactory
    List<DynamicTest> bothSpellingsOfAConfigAreRead() throws IOException {
        return OracleSet.chosen().variants().stream()
                .map(
                        variant ->
                                dynamicTest(
                                        variant.name(),
                                        () -> {
                                            Architecture five = supported(variant);
                                            JsonNode four =
                                                    OracleSet.json(
                                                            variant.folder()
                                                                    .resolve("config.v4.json"));
                                            assertThat(Architecture.of(four)).isEqualTo(five);
                                        }))
                .toList();
    }

    private static void compareLogits(Variant variant) throws IOException {
        supported(variant);
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Decoder decoder = base(variant, scope, memory);
            Longs ids = Longs.read(variant.folder().resolve("inputs.safetensors"), "input_ids");
            float[] expected =
                    Safetensors.open(variant.folder().resolve("base.safetensors"))
                            .tensors(scope, memory)
                            .get("logits")
                            .floats();

            float[] logits =
                    decoder.logits(
                                    scope,
                                    ids.values(),
                                    ids.rows(),
                                    LongStream.range(0, ids.values().length).toArray())
                            .floats();

            assertThat(largestDifference(logits, expected)).isLessThan(LOGIT);
        }
    }

    private static void compareAnswers(Variant variant) throws IOException {
        supported(variant);
        JsonNode expected = OracleSet.json(variant.folder().resolve("base.json"));
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Decoder decoder = base(variant, scope, memory);
            int never = -1;
            Inference inference = new Inference(decoder, never);
            List<JsonNode> runs = expected.path("greedy").valueStream().toList();
            List<JsonNode> pairs = expected.path("loglikelihood").valueStream().toList();

            List<List<Integer>> written =
                    inference.generate(
                            runs.stream().map(run -> ints(run.path("prompt_ids"))).toList(),
                            runs.getFirst().path("new_ids").size(),
                            ids -> false);
            List<Likelihood> likelihoods =
                    inference.logLikelihoods(
                            pairs.stream()
                                    .map(
                                            pair ->
                                                    new Request(
                                                            ints(pair.path("context_ids")),
                                                            ints(pair.path("continuation_ids"))))
                                    .toList());

            for (int i = 0; i < runs.size(); i++)
                assertThat(written.get(i)).isEqualTo(ints(runs.get(i).path("new_ids")));
            for (int i = 0; i < pairs.size(); i++) {
                assertThat(likelihoods.get(i).sum())
                        .isCloseTo(pairs.get(i).path("sum_logprob").asDouble(), within(1e-3));
                assertThat(likelihoods.get(i).greedy())
                        .isEqualTo(pairs.get(i).path("is_greedy").asBoolean());
            }
        }
    }

    private static Decoder base(Variant variant, Scope scope, Memory memory) throws IOException {
        return Decoder.frozen(
                scope, Weights.read(variant.model(), scope, memory), Optional.empty(), memory);
    }

    private static List<Integer> ints(JsonNode list) {
        return list.valueStream().map(JsonNode::asInt).toList();
    }

    private static void compareRun(Variant variant, String run) throws IOException {
        supported(variant);
        Path folder = variant.folder().resolve(run);
        JsonNode trajectory = OracleSet.json(folder.resolve("trajectory.json"));
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Weights base = Weights.read(variant.model(), scope, memory);
            Decoder decoder =
                    switch (run) {
                        case "full_adamw" -> Decoder.full(scope, base.copy(scope, memory), memory);
                        case "lora" ->
                                Decoder.lora(
                                        scope,
                                        base,
                                        Adapter.read(
                                                folder.resolve("init"),
                                                base.architecture(),
                                                scope,
                                                memory),
                                        memory);
                        default -> abort("runs of the kind " + run + " are not supported yet");
                    };
            JsonNode options = trajectory.path("hyperparameters");
            AdamW optimizer =
                    new AdamW(
                            new Optimizer.AdamW(
                                    List.of(
                                            options.path("betas").get(0).asDouble(),
                                            options.path("betas").get(1).asDouble()),
                                    options.path("eps").asDouble(),
                                    options.path("weight_decay").asDouble()),
                            decoder.parameters(),
                            Map.of(),
                            scope,
                            memory);
            Schedule schedule = new Schedule.Cosine(options.path("warmup_steps").asInt(), 0);
            Path batches = variant.folder().resolve("train_batches.safetensors");
            Longs ids = Longs.read(batches, "input_ids");
            Longs labels = Longs.read(batches, "labels");
            int rows = ids.shape().get(1).intValue();
            JsonNode steps = trajectory.path("steps");
            for (int step = 0; step < steps.size(); step++) {
                long[] stepIds = ids.slice(step);
                long[] stepLabels = labels.slice(step);
                JsonNode expected = steps.get(step);
                double rate = options.path("lr").asDouble() * schedule.multiple(step, steps.size());
                try (Scope call = scope.nested()) {
                    // two micro-batches: accumulation must give the whole batch's trajectory
                    long count = counted(stepLabels, stepIds.length / rows);
                    int half = stepIds.length / 2;
                    double loss = 0;
                    for (int from = 0; from < stepIds.length; from += half)
                        loss +=
                                decoder.backward(
                                        Arrays.copyOfRange(stepIds, from, from + half),
                                        Arrays.copyOfRange(stepLabels, from, from + half),
                                        rows / 2,
                                        count);
                    double norm = optimizer.clip(options.path("max_grad_norm").asDouble(), call);
                    optimizer.update(rate, call);

                    assertThat(count).isEqualTo(expected.path("tokens").asLong());
                    assertThat(rate).isCloseTo(expected.path("lr").asDouble(), within(1e-9));
                    assertThat(loss).isCloseTo(expected.path("loss").asDouble(), within(LOSS));
                    assertThat(norm / expected.path("grad_norm").asDouble())
                            .isCloseTo(1, within(RELATIVE));
                }
            }
            Path last =
                    run.equals("lora")
                            ? folder.resolve("final/adapter_model.safetensors")
                            : folder.resolve("final.safetensors");
            Map<String, Tensor> expected = Safetensors.open(last).tensors(scope, memory);
            assertThat(decoder.parameters())
                    .extracting(Parameter::name)
                    .containsExactlyInAnyOrderElementsOf(expected.keySet());
            for (Parameter parameter : decoder.parameters())
                assertThat(
                                largestDifference(
                                        parameter.value().floats(),
                                        expected.get(parameter.name()).floats()))
                        .as(parameter.name())
                        .isLessThan(LOGIT);
        }
    }

    private static Architecture supported(Variant variant) throws IOException {
        try {
            return Architecture.of(variant.model());
        } catch (UnsupportedModel unsupported) {
            return abort(unsupported.getMessage());
        }
    }

    private static long counted(long[] labels, int columns) {
        return LongStream.range(0, labels.length)
                .filter(i -> i % columns != 0 && labels[(int) i] != -100)
                .count();
    }

    private static double largestDifference(float[] ours, float[] theirs) {
        assertThat(ours).hasSameSizeAs(theirs);
        double largest = 0;
        for (int i = 0; i < ours.length; i++)
            largest = Math.max(largest, Math.abs((double) ours[i] - theirs[i]));
        return largest;
    }

    /** Whole numbers of an oracle's input file; models have none, so the engine reads none. */
    private record Longs(List<Long> shape, long[] values) {
        static Longs read(Path file, String name) throws IOException {
            try (FileChannel channel = FileChannel.open(file)) {
                var mapped =
                        channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                                .order(ByteOrder.LITTLE_ENDIAN);
                int header = Math.toIntExact(mapped.getLong(0));
                byte[] json = new byte[header];
                mapped.get(8, json);
                JsonNode entry =
                        Binder.JSON.readTree(new String(json, StandardCharsets.UTF_8)).path(name);
                int begin = entry.path("data_offsets").get(0).asInt();
                int end = entry.path("data_offsets").get(1).asInt();
                LongBuffer numbers =
                        mapped.slice(8 + header + begin, end - begin)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .asLongBuffer();
                long[] values = new long[numbers.remaining()];
                numbers.get(values);
                return new Longs(
                        entry.path("shape").valueStream().map(JsonNode::asLong).toList(), values);
            }
        }

        int rows() {
            return shape.getFirst().intValue();
        }

        long[] slice(int step) {
            int size = values.length / rows();
            return Arrays.copyOfRange(values, step * size, (step + 1) * size);
        }
    }
}
