package dev.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.model.LanguageModel.Likelihood;
import dev.palimpsest.model.LanguageModel.Penalties;
import dev.palimpsest.model.LanguageModel.Prompt;
import dev.palimpsest.model.LanguageModel.Request;
import dev.palimpsest.model.LanguageModel.Sampling;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Kernels;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked together is answered as it is alone. */
class InferenceTests {
    private static final Path ORACLES = Path.of("src/test/resources/oracles");

    private final Scope scope = Scope.open();
    private final Memory memory = new Memory(scope);
    private final Random random = new Random(3);

    @AfterEach
    void close() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama_tied", "llama_untied", "llama_rope3", "qwen2", "qwen3"})
    void likelihoodsWithCommonBeginningsAreThoseOfWholeTexts(String variant) throws IOException {
        Decoder decoder = decoder(variant, ElementType.F32);

        agree(decoder, requests());
    }

    @Test
    void adaptersAndWindowsAreReadInPiecesToo() throws IOException {
        Weights weights = weights("llama_tied", ElementType.F32);
        for (String adapter : List.of("lora", "dora", "rslora"))
            agree(
                    Decoder.frozen(
                            scope,
                            weights,
                            Optional.of(
                                    Adapter.read(
                                            ORACLES.resolve("llama_tied/" + adapter + "/final"),
                                            weights.architecture(),
                                            scope,
                                            memory)),
                            memory),
                    requests());
        for (int window : new int[] {4, 40})
            agree(
                    Decoder.frozen(
                            scope,
                            DecoderTests.windowed(window, scope, memory),
                            Optional.empty(),
                            memory),
                    requests());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noDigitDependsOnWhatElseIsAskedOrInWhichOrder(boolean packed) throws IOException {
        Inference inference =
                new Inference(
                        packed
                                ? Decoder.frozen(
                                        scope,
                                        Weights.packed(
                                                ORACLES.resolve("llama_tied/model"),
                                                ElementType.F32,
                                                scope,
                                                memory),
                                        Optional.empty(),
                                        memory)
                                : decoder("llama_tied", ElementType.F32),
                        -1);
        List<Request> requests = requests();
        List<Likelihood> together = inference.logLikelihoods(requests);
        List<Integer> order = new ArrayList<>(IntStream.range(0, requests.size()).boxed().toList());

        for (int size : new int[] {1, 2, 7, 50, requests.size()}) {
            Collections.shuffle(order, random);
            for (int from = 0; from < order.size(); from += size) {
                List<Integer> some = order.subList(from, Math.min(from + size, order.size()));
                List<Likelihood> answers =
                        inference.logLikelihoods(some.stream().map(requests::get).toList());
                for (int i = 0; i < some.size(); i++)
                    assertThat(answers.get(i)).isEqualTo(together.get(some.get(i)));
            }
        }
    }

    @Test
    void textsInBf16AreForeseenAsCloselyAsItRounds() throws IOException {
        List<Request> requests = requests();
        List<Likelihood> exact =
                new Inference(decoder("llama_tied", ElementType.F32), -1).logLikelihoods(requests);
        List<Likelihood> rounded =
                new Inference(decoder("llama_tied", ElementType.BF16), -1).logLikelihoods(requests);

        for (int i = 0; i < requests.size(); i++)
            assertThat(rounded.get(i).sum() / exact.get(i).sum()).isCloseTo(1, within(0.02));
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama_tied", "qwen3"})
    void textsThatFollowEachOtherAreThoseWrittenOneByOne(String variant) throws IOException {
        Inference inference = new Inference(decoder(variant, ElementType.F32), 17);
        List<List<Integer>> prompts = new ArrayList<>();
        List<Integer> common = tokens(70);
        for (int i = 0; i < 45; i++)
            prompts.add(i % 3 == 0 ? tokens(1 + i) : joined(common, tokens(1 + i % 7)));
        List<List<Integer>> alone = new ArrayList<>();
        for (List<Integer> prompt : prompts)
            alone.addAll(inference.generate(List.of(prompt), 90, InferenceTests::ended));

        for (int size : new int[] {7, 20, 45})
            for (int from = 0; from < prompts.size(); from += size) {
                int to = Math.min(from + size, prompts.size());
                assertThat(inference.generate(prompts.subList(from, to), 90, InferenceTests::ended))
                        .isEqualTo(alone.subList(from, to));
            }
        assertThat(alone.stream().map(List::size).distinct()).hasSizeGreaterThan(3);
    }

    @Test
    void greedyTextsAreTheLikeliestOfTheWholePass() throws IOException {
        for (int window : new int[] {0, 24}) {
            Decoder decoder =
                    Decoder.frozen(
                            scope,
                            DecoderTests.windowed(window, scope, memory),
                            Optional.empty(),
                            memory);
            List<Integer> prompt = tokens(40);
            List<List<List<Integer>>> written =
                    new Inference(decoder, -1)
                            .generate(
                                    List.of(new Prompt(prompt, 1, 0), new Prompt(prompt, 3, 0)),
                                    Sampling.greedy(60),
                                    _ -> false);

            for (List<Integer> text : written.stream().flatMap(List::stream).toList()) {
                long[] all = joined(prompt, text).stream().mapToLong(Integer::longValue).toArray();
                for (int at = prompt.size(); at < all.length; at++) {
                    float[] logits =
                            decoder.logits(
                                            scope,
                                            Documents.rows(Arrays.copyOf(all, at), 1),
                                            new long[] {at - 1L})
                                    .floats();
                    assertThat(logits[(int) all[at]]).isCloseTo(largest(logits), within(1e-4f));
                }
            }
        }
    }

    @Test
    void whatATextHasAlreadyCostsItsPenalties() throws IOException {
        Decoder decoder =
                Decoder.frozen(
                        scope, DecoderTests.windowed(0, scope, memory), Optional.empty(), memory);
        Penalties penalties = new Penalties(0.7, 0.4);
        List<Prompt> prompts = List.of(new Prompt(tokens(12), 1, 0), new Prompt(tokens(30), 2, 0));

        List<List<List<Integer>>> written =
                new Inference(decoder, -1)
                        .generate(prompts, new Sampling(0, 1, 0, 40, penalties), _ -> false);

        for (int i = 0; i < prompts.size(); i++)
            for (List<Integer> text : written.get(i))
                for (int length = 0; length < text.size(); length++) {
                    List<Integer> before = text.subList(0, length);
                    long[] all =
                            joined(prompts.get(i).tokens(), before).stream()
                                    .mapToLong(Integer::longValue)
                                    .toArray();
                    float[] logits =
                            decoder.logits(
                                            scope,
                                            Documents.rows(all, 1),
                                            new long[] {all.length - 1L})
                                    .floats();
                    for (int token : new HashSet<>(before))
                        logits[token] -= (float) penalties.of(Collections.frequency(before, token));
                    assertThat(logits[text.get(length)]).isCloseTo(largest(logits), within(1e-4f));
                }
        assertThat(new HashSet<>(written.getFirst().getFirst()).size()).isGreaterThan(20);
    }

    @Test
    void aSeedWritesTheSameTextAloneAndAmongOthers() throws IOException {
        Inference inference = new Inference(decoder("llama_tied", ElementType.F32), 17);
        for (Sampling sampling :
                List.of(
                        new Sampling(1, 1, 0, 40),
                        new Sampling(0.7, 0.9, 0, 40),
                        new Sampling(1.3, 0.95, 30, 40))) {
            List<Prompt> prompts = new ArrayList<>();
            prompts.add(new Prompt(tokens(30), 1, 11));
            for (int i = 0; i < 20; i++) prompts.add(new Prompt(tokens(5 + i), 1 + i % 3, i));
            prompts.add(new Prompt(tokens(33), 50, 100));

            List<List<List<Integer>>> all =
                    inference.generate(prompts, sampling, InferenceTests::ended);

            for (int i : new int[] {0, 1, 2, 3, 21}) {
                Prompt prompt = prompts.get(i);
                for (int sample = 0; sample < prompt.samples(); sample += 7)
                    assertThat(
                                    inference.generate(
                                            List.of(
                                                    new Prompt(
                                                            prompt.tokens(),
                                                            1,
                                                            prompt.seed() + sample)),
                                            sampling,
                                            InferenceTests::ended))
                            .isEqualTo(List.of(List.of(all.get(i).get(sample))));
            }
            assertThat(Set.copyOf(all.getLast())).hasSizeGreaterThan(40);
        }
    }

    @Test
    void samplesComeFromTheLikeliestTokensAlone() throws IOException {
        float[] logits = new float[1000];
        for (int i = 0; i < logits.length; i++) logits[i] = (float) Math.log(drawnAt(i));

        assertThat(drawn(logits, 1, 3, 1)).containsExactly(10, 20, 30);
        assertThat(drawn(logits, 1, 0, 0.85)).containsExactly(10, 20, 30);
        assertThat(drawn(logits, 1, 0, 0.75)).containsExactly(10, 20);
        assertThat(drawn(logits, 1, 3, 0.6)).containsExactly(10, 20);
        assertThat(drawn(logits, 1, 0, 0.3)).containsExactly(10);
        assertThat(drawn(logits, 1, 0, 0.97)).hasSizeBetween(600, 705);
        assertThat(drawn(logits, 1, 0, 1)).hasSize(1000);
    }

    @Test
    void drawsFollowTheProbabilitiesAtTheTemperature() throws IOException {
        float[] logits = {(float) Math.log(0.1), (float) Math.log(0.2), (float) Math.log(0.7)};

        for (int topK : new int[] {0, 3}) {
            assertThat(shares(logits, 1, topK))
                    .containsExactly(new double[] {.1, .2, .7}, within(.001));
            assertThat(shares(logits, 0.5, topK))
                    .containsExactly(new double[] {.01 / .54, .04 / .54, .49 / .54}, within(.001));
        }
    }

    /** 0.5, 0.3 and 0.1; the rest of the mass is spread evenly over the others. */
    private static double drawnAt(int token) {
        return switch (token) {
            case 10 -> 0.5;
            case 20 -> 0.3;
            case 30 -> 0.1;
            default -> 0.1 / 997;
        };
    }

    /** The tokens that evenly spread draws choose. */
    private TreeSet<Integer> drawn(float[] logits, double temperature, int topK, double topP)
            throws IOException {
        TreeSet<Integer> chosen = new TreeSet<>();
        for (long token : sampled(logits, temperature, topK, topP, 20_000)) chosen.add((int) token);
        return chosen;
    }

    private double[] shares(float[] logits, double temperature, int topK) throws IOException {
        double[] shares = new double[logits.length];
        for (long token : sampled(logits, temperature, topK, 1, 10_000))
            shares[(int) token] += 1.0 / 10_000;
        return shares;
    }

    private long[] sampled(float[] logits, double temperature, int topK, double topP, int count)
            throws IOException {
        Kernels kernels =
                Kernels.load(
                        scope,
                        Architecture.of(ORACLES.resolve("llama_tied/model"))
                                .constants(0, false, false),
                        Kernels.linearOf(scope),
                        "decoder");
        long[] sampled = new long[count];
        for (int from = 0; from < count; from += 1000) {
            float[] rows = new float[1000 * logits.length];
            float[] draws = new float[1000];
            for (int i = 0; i < 1000; i++) {
                System.arraycopy(logits, 0, rows, i * logits.length, logits.length);
                draws[i] = (from + i + 0.5f) / count;
            }
            try (Scope call = scope.nested()) {
                Tensor all = call.floats(rows, 1000, logits.length);
                long[] some =
                        kernels.one(
                                        call,
                                        "sample",
                                        all,
                                        temperature,
                                        (long) topK,
                                        topP,
                                        call.floats(draws, 1000))
                                .longs();
                System.arraycopy(some, 0, sampled, from, 1000);
            }
        }
        return sampled;
    }

    /** Each request by itself, in one pass over the whole text. */
    private void agree(Decoder decoder, List<Request> requests) {
        List<Likelihood> answers = new Inference(decoder, -1).logLikelihoods(requests);
        for (int i = 0; i < requests.size(); i++) {
            List<Integer> context = requests.get(i).context();
            List<Integer> text = joined(context, requests.get(i).continuation());
            long[] ids = text.stream().mapToLong(Integer::longValue).toArray();
            long[] labels = ids.clone();
            Arrays.fill(labels, 0, context.size(), -100);
            int count = requests.get(i).continuation().size();
            assertThat(answers.get(i).sum() / count)
                    .isCloseTo(-decoder.loss(Documents.rows(ids, 1), labels), within(1e-5));
        }
    }

    /**
     * A block that many share, contexts that options share, equal requests, some with nothing in
     * common, and one of more tokens than a pass.
     */
    private List<Request> requests() {
        List<Request> requests = new ArrayList<>();
        List<Integer> block = tokens(150);
        for (int item = 0; item < 60; item++) {
            List<Integer> context = tokens(3 + item % 20);
            if (item % 3 > 0) context = joined(block, context);
            if (item % 5 == 0) context = joined(tokens(1), context);
            for (int option = 0; option < 3; option++)
                requests.add(new Request(context, tokens(1 + random.nextInt(25))));
            requests.add(requests.getLast());
            requests.add(
                    new Request(context, joined(requests.getLast().continuation(), tokens(2))));
        }
        requests.add(new Request(tokens(1), tokens(1)));
        requests.add(new Request(tokens(1100), tokens(300)));
        return requests;
    }

    private List<Integer> tokens(int count) {
        return random.ints(count, 20, 500).boxed().toList();
    }

    private static List<Integer> joined(List<Integer> one, List<Integer> other) {
        List<Integer> joined = new ArrayList<>(one);
        joined.addAll(other);
        return joined;
    }

    /** A stop that some texts come to, at different lengths. */
    private static boolean ended(List<Integer> written) {
        return written.getLast() % 31 == 0;
    }

    private static float largest(float[] numbers) {
        float largest = Float.NEGATIVE_INFINITY;
        for (float number : numbers) largest = Math.max(largest, number);
        return largest;
    }

    private Decoder decoder(String variant, ElementType type) throws IOException {
        return Decoder.frozen(scope, weights(variant, type), Optional.empty(), memory);
    }

    private Weights weights(String variant, ElementType type) throws IOException {
        return Weights.read(ORACLES.resolve(variant).resolve("model"), type, scope, memory);
    }
}
