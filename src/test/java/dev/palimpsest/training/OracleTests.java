package dev.palimpsest.training;

import static dev.palimpsest.training.OracleNumbers.ints;
import static dev.palimpsest.training.OracleNumbers.largestDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.palimpsest.OracleSet;
import dev.palimpsest.OracleSet.Variant;
import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Documents;
import dev.palimpsest.model.Inference;
import dev.palimpsest.model.LanguageModel.Likelihood;
import dev.palimpsest.model.LanguageModel.Request;
import dev.palimpsest.model.Parameter;
import dev.palimpsest.model.Safetensors;
import dev.palimpsest.model.Weights;
import dev.palimpsest.spec.Optimizer;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import dev.palimpsest.training.OracleNumbers.Longs;
import dev.palimpsest.training.OracleRun.Recipe;
import dev.palimpsest.training.OracleRun.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What transformers and PEFT made of the set's models, variant by variant and run by run. */
class OracleTests {
    private static final double LOGIT = 1e-4;
    private static final double LOSS = 1e-4;
    private static final double RELATIVE = 1e-4;

    /** A bf16 run is compared within so many times what rounding alone moves it. */
    private static final double ROUNDINGS = 4;

    @TempDir Path folder;

    private interface Check<T> {
        void of(T subject, Scope scope, Memory memory) throws IOException;
    }

    @TestFactory
    List<DynamicTest> logitsAreThoseOfTransformers() throws IOException {
        return eachVariant(
                (variant, scope, memory) -> {
                    Decoder decoder = base(variant, ElementType.F32, scope, memory);

                    assertThat(
                                    largestDifference(
                                            logits(decoder, variant, scope),
                                            stored(variant, "base", scope, memory)))
                            .isLessThan(LOGIT);
                });
    }

    /** Two bf16 computations differ as much as either from fp32: by roundings, not by more. */
    @TestFactory
    List<DynamicTest> logitsInBf16AreAsCloseAsRoundingAllows() throws IOException {
        return eachVariant(
                (variant, scope, memory) -> {
                    Decoder decoder = base(variant, ElementType.BF16, scope, memory);
                    double rounding =
                            variant.manifest()
                                    .path("float_noise_max_abs")
                                    .path("bf16_vs_fp32")
                                    .asDouble();

                    float[] ours = logits(decoder, variant, scope);

                    assertThat(largestDifference(ours, stored(variant, "base_bf16", scope, memory)))
                            .isLessThan(1.5 * rounding);
                });
    }

    @TestFactory
    List<DynamicTest> generationAndLikelihoodsAreThoseOfTransformers() throws IOException {
        return eachVariant(
                (variant, scope, memory) ->
                        compareAnswers(
                                base(variant, ElementType.F32, scope, memory),
                                variant.folder().resolve("base.json")));
    }

    @TestFactory
    List<DynamicTest> bothSpellingsOfAConfigAreRead() throws IOException {
        return eachVariant(
                (variant, _, _) ->
                        assertThat(
                                        Architecture.of(
                                                OracleSet.json(
                                                        variant.folder()
                                                                .resolve("config.v4.json"))))
                                .isEqualTo(Architecture.of(variant.model())));
    }

    @TestFactory
    List<DynamicTest> trainingFollowsTheTrajectory() throws IOException {
        return eachRun(
                _ -> true,
                (run, scope, memory) -> {
                    Decoder decoder = run.decoder(scope, memory);
                    JsonNode noise = run.trajectory().path("noise");
                    boolean rounded = run.isRounded();
                    double loss = rounded ? ROUNDINGS * noise.path("loss").asDouble() : LOSS;
                    double relative =
                            rounded ? ROUNDINGS * noise.path("grad_norm_rel").asDouble() : RELATIVE;

                    List<Step> steps = run.trained(decoder, run.recipe(), scope, memory);

                    assertThat(steps).hasSameSizeAs(run.expected());
                    for (int i = 0; i < steps.size(); i++) {
                        Step step = steps.get(i);
                        Step expected = run.expected().get(i);
                        assertThat(step.tokens()).isEqualTo(expected.tokens());
                        assertThat(step.rate()).isCloseTo(expected.rate(), within(1e-9));
                        assertThat(step.loss()).isCloseTo(expected.loss(), within(loss));
                        assertThat(step.norm() / expected.norm()).isCloseTo(1, within(relative));
                    }
                    List<Double> after = run.lossesAfter(decoder);
                    for (int i = 0; i < after.size(); i++)
                        assertThat(after.get(i))
                                .isCloseTo(
                                        run.trajectory().path("eval_loss_after").get(i).asDouble(),
                                        within(loss));
                    if (!rounded) compareTensors(decoder, run.finalTensors(scope, memory));
                });
    }

    @TestFactory
    List<DynamicTest> aSavedModelOrAdapterAnswersAsItDidThere() throws IOException {
        return eachRun(
                run -> run.has("after.safetensors"),
                (run, scope, memory) -> {
                    Decoder decoder = run.reloaded(scope, memory);

                    assertThat(
                                    largestDifference(
                                            logits(decoder, run.variant(), scope),
                                            stored(run, "after", scope, memory)))
                            .isLessThan(LOGIT);
                    compareAnswers(decoder, run.folder().resolve("after.json"));
                });
    }

    @TestFactory
    List<DynamicTest> adaptersMergeAndAreSavedAsPeftDoes() throws IOException {
        return eachRun(
                run -> run.has("merged_logits.safetensors"),
                (run, scope, memory) -> {
                    Weights base =
                            Weights.read(run.variant().model(), ElementType.F32, scope, memory);
                    Adapter adapter = run.trainedAdapter(base, scope, memory);

                    Weights merged = adapter.merged(base, scope, memory);
                    Decoder decoder = Decoder.frozen(scope, merged, Optional.empty(), memory);

                    assertThat(
                                    largestDifference(
                                            logits(decoder, run.variant(), scope),
                                            stored(run, "merged_logits", scope, memory)))
                            .isLessThan(LOGIT);
                    Safetensors.open(run.folder().resolve("merged_module.safetensors"))
                            .tensors(scope, memory)
                            .forEach(
                                    (name, expected) ->
                                            assertThat(
                                                            largestDifference(
                                                                    merged.named()
                                                                            .get(name)
                                                                            .floats(),
                                                                    expected.floats()))
                                                    .isLessThan(1e-6));
                    Path saved = folder.resolve(run.variant().name() + "-" + run.name());
                    run.assertSavedAlike(
                            adapter, base, Files.createDirectories(saved), scope, memory);
                });
    }

    /** Each mistake that the set lists moves the run by more than the trajectory test allows. */
    @TestFactory
    List<DynamicTest> mistakesWouldBeCaught() throws IOException {
        return eachRun(
                run -> run.has("wrong_implementations.json"),
                (run, scope, memory) -> {
                    Path list = run.folder().resolve("wrong_implementations.json");
                    Map<String, Recipe> mistakes = mistakes(run.recipe());
                    for (Map.Entry<String, JsonNode> mistake : OracleSet.json(list).properties()) {
                        assertThat(mistake.getValue().path("loss").asDouble())
                                .as(mistake.getKey())
                                .isGreaterThan(LOSS);
                        if (!mistakes.containsKey(mistake.getKey())) continue;
                        Decoder decoder = run.decoder(scope, memory);
                        List<Step> steps =
                                run.trained(decoder, mistakes.get(mistake.getKey()), scope, memory);
                        double moved = 0;
                        for (int i = 0; i < steps.size(); i++)
                            moved =
                                    Math.max(
                                            moved,
                                            Math.abs(
                                                    steps.get(i).loss()
                                                            - run.expected().get(i).loss()));
                        assertThat(moved).as(mistake.getKey()).isGreaterThan(LOSS);
                    }
                });
    }

    /** Those that a recipe can say. */
    private static Map<String, Recipe> mistakes(Recipe right) {
        Map<String, Recipe> mistakes = new LinkedHashMap<>();
        mistakes.put("schedule_one_step_early", right.early(1));
        mistakes.put("clip_ten_times_looser", right.clippedAt(10 * right.clip()));
        switch (right.optimizer()) {
            case Optimizer.AdamW(var betas, double eps, double decay, boolean all) -> {
                mistakes.put(
                        "no_weight_decay", right.with(new Optimizer.AdamW(betas, eps, 0, all)));
                mistakes.put("eps_1e_6", right.with(new Optimizer.AdamW(betas, 1e-6, decay, all)));
                mistakes.put(
                        "beta2_0_999",
                        right.with(
                                new Optimizer.AdamW(
                                        List.of(betas.getFirst(), 0.999), eps, decay, all)));
                mistakes.put(
                        "no_decay_on_norms",
                        right.with(new Optimizer.AdamW(betas, eps, decay, false)));
            }
            case Optimizer.LionW(var betas, double decay, boolean all) -> {
                mistakes.put("no_weight_decay", right.with(new Optimizer.LionW(betas, 0, all)));
                mistakes.put(
                        "weight_decay_times_lr",
                        right.with(new Optimizer.LionW(betas, decay * right.rate(), all)));
                mistakes.put(
                        "betas_swapped",
                        right.with(
                                new Optimizer.LionW(
                                        List.of(betas.getLast(), betas.getFirst()), decay, all)));
            }
        }
        return mistakes;
    }

    private static List<DynamicTest> eachVariant(Check<Variant> check) throws IOException {
        return OracleSet.chosen().variants().stream()
                .map(
                        variant ->
                                dynamicTest(
                                        variant.name(),
                                        () -> {
                                            try (Scope scope = Scope.open()) {
                                                check.of(variant, scope, new Memory(scope));
                                            }
                                        }))
                .toList();
    }

    private static List<DynamicTest> eachRun(Predicate<OracleRun> concerned, Check<OracleRun> check)
            throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Variant variant : OracleSet.chosen().variants())
            for (String name : variant.runs().toList()) {
                OracleRun run = new OracleRun(variant, name);
                if (!concerned.test(run)) continue;
                tests.add(
                        dynamicTest(
                                variant.name() + " " + name,
                                () -> {
                                    try (Scope scope = Scope.open()) {
                                        check.of(run, scope, new Memory(scope));
                                    }
                                }));
            }
        return tests;
    }

    private static void compareAnswers(Decoder decoder, Path file) throws IOException {
        JsonNode expected = OracleSet.json(file);
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

    private static void compareTensors(Decoder decoder, Map<String, Tensor> expected) {
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

    private static Decoder base(Variant variant, ElementType type, Scope scope, Memory memory)
            throws IOException {
        return Decoder.frozen(
                scope,
                Weights.read(variant.model(), type, scope, memory),
                Optional.empty(),
                memory);
    }

    private static float[] logits(Decoder decoder, Variant variant, Scope scope)
            throws IOException {
        Longs ids = Longs.read(variant.folder().resolve("inputs.safetensors"), "input_ids");
        return decoder.logits(
                        scope,
                        Documents.rows(ids.values(), ids.rows()),
                        LongStream.range(0, ids.values().length).toArray())
                .floats();
    }

    private static float[] stored(Variant variant, String file, Scope scope, Memory memory)
            throws IOException {
        return stored(variant.folder().resolve(file + ".safetensors"), scope, memory);
    }

    private static float[] stored(OracleRun run, String file, Scope scope, Memory memory)
            throws IOException {
        return stored(run.folder().resolve(file + ".safetensors"), scope, memory);
    }

    private static float[] stored(Path file, Scope scope, Memory memory) throws IOException {
        return Safetensors.open(file).tensors(scope, memory).get("logits").floats();
    }
}
