package dev.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two layers with a window of four tokens see six tokens back, and no further. */
class SlidingWindowTests {
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

    /**
     * Positions only count against each other, so a text's end stands for it where none sees more.
     */
    @Test
    void aTextOfSeveralBlocksLooksNoFurtherBackThanItsEndAlone() throws IOException {
        Decoder decoder = decoder(40);
        long[] ids = LongStream.range(0, 300).map(i -> 20 + i * i % 211).toArray();

        for (int at : new int[] {127, 128, 200, 255, 256, 299}) {
            float[] whole = logits(decoder, ids, at);
            float[] end = logits(decoder, Arrays.copyOfRange(ids, at - 99, at + 1), 99);
            for (int i = 0; i < whole.length; i++)
                assertThat(whole[i]).isCloseTo(end[i], within(1e-4f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void aTextOfSeveralBlocksReadsAsItWasWrittenTokenByToken(int window) throws IOException {
        Decoder decoder = decoder(window);
        List<Integer> prompt = LongStream.of(IDS).limit(9).mapToObj(Math::toIntExact).toList();

        List<Integer> text = new ArrayList<>(prompt);
        text.addAll(
                new Inference(decoder, -1).generate(List.of(prompt), 270, _ -> false).getFirst());

        long[] ids = text.stream().mapToLong(Integer::longValue).toArray();
        for (int at = prompt.size(); at < ids.length; at++) {
            float[] logits = logits(decoder, ids, at - 1);
            float most = Float.NEGATIVE_INFINITY;
            for (float logit : logits) most = Math.max(most, logit);
            assertThat(logits[(int) ids[at]]).isCloseTo(most, within(1e-4f));
        }
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
        Memory memory = new Memory(scope);
        return Decoder.frozen(
                scope, DecoderTests.windowed(window, scope, memory), Optional.empty(), memory);
    }
}
