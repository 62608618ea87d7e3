package dev.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Two layers with a window of four tokens see six tokens back, and no further. */
class SlidingWindowTests {
    private static final Path MODEL = Path.of("src/test/resources/oracles/llama_tied/model");
    private static final long[] IDS = LongStream.range(40, 64).toArray();

    private final Scope scope = Scope.open();

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void whatLiesBehindTheWindowDoesNotMatter() throws IOException {
        Decoder decoder = decoder(4);
        long[] changed = IDS.clone();
        changed[0] = 300;

        assertThat(logits(decoder, changed, 7)).isEqualTo(logits(decoder, IDS, 7));
        assertThat(logits(decoder, changed, 6)).isNotEqualTo(logits(decoder, IDS, 6));
        assertThat(logits(decoder(0), IDS, 3)).isEqualTo(logits(decoder, IDS, 3));
        assertThat(logits(decoder(0), IDS, 9)).isNotEqualTo(logits(decoder, IDS, 9));
    }

    @Test
    void cachedKeysAreHiddenByTheSameWindow() throws IOException {
        Decoder decoder = decoder(4);
        List<Integer> prompt = LongStream.of(IDS).limit(9).mapToObj(Math::toIntExact).toList();

        List<Integer> written =
                new Inference(decoder, -1).generate(List.of(prompt), 8, _ -> false).getFirst();

        List<Integer> text = new ArrayList<>(prompt);
        for (int token : written) {
            float[] logits =
                    logits(
                            decoder,
                            text.stream().mapToLong(Integer::longValue).toArray(),
                            text.size() - 1);
            float most = Float.NEGATIVE_INFINITY;
            for (float logit : logits) most = Math.max(most, logit);
            assertThat(logits[token]).isCloseTo(most, within(1e-4f));
            text.add(token);
        }
    }

    private float[] logits(Decoder decoder, long[] ids, int at) {
        return decoder.logits(scope, Documents.rows(ids, 1), new long[] {at}).floats();
    }

    private Decoder decoder(int window) throws IOException {
        ObjectNode config =
                (ObjectNode) Binder.JSON.readTree(Files.readString(MODEL.resolve("config.json")));
        config.put("model_type", "mistral");
        if (window > 0) config.put("sliding_window", window);
        Memory memory = new Memory(scope);
        Weights weights = Weights.read(MODEL, ElementType.F32, scope, memory);
        return Decoder.frozen(
                scope,
                new Weights(Architecture.of(config), weights.named()),
                Optional.empty(),
                memory);
    }
}
