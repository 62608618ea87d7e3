package dev.palimpsest.model;

import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A decoder that answers tasks. */
public final class Inference implements LanguageModel {
    /** What ends no text, for who hears each token and ends texts itself. */
    public static final int NO_TOKEN = -1;

    /** Of how many tokens of a text there are logits at a time. */
    private static final int ROWS_AT_ONCE = 64;

    private final Decoder decoder;
    private final int endOfText;

    public Inference(Decoder decoder, int endOfText) {
        this.decoder = decoder;
        this.endOfText = endOfText;
    }

    @Override
    public List<Likelihood> logLikelihoods(List<Request> requests) {
        return Scoring.of(decoder, requests);
    }

    @Override
    public List<List<List<Integer>>> generate(
            List<Prompt> prompts, Sampling sampling, Predicate<List<Integer>> finished) {
        return generate(prompts, sampling, null, (_, _, written, _) -> !finished.test(written));
    }

    /**
     * The same for who wants to know each token at once.
     *
     * @param likeliest how many of the likeliest tokens each one's chance names; null where none is
     *     told
     */
    public List<List<List<Integer>>> generate(
            List<Prompt> prompts,
            Sampling sampling,
            @Nullable Integer likeliest,
            Listener listener) {
        return new Generation(decoder, sampling, endOfText, likeliest, listener).of(prompts);
    }

    /** The chance of each of a text's tokens but the first. */
    public List<Chance> chances(List<Integer> text, int likeliest) {
        long[] ids = text.stream().mapToLong(id -> id).toArray();
        int foreseen = ids.length - 1;
        List<Chance> chances = new ArrayList<>();
        if (foreseen == 0) return chances;
        try (Scope scope = decoder.owner().nested()) {
            Tensor x =
                    decoder.hidden(
                            scope,
                            new Documents(Arrays.copyOf(ids, foreseen), new int[] {foreseen}));
            for (int from = 0; from < foreseen; from += ROWS_AT_ONCE) {
                int to = Math.min(from + ROWS_AT_ONCE, foreseen);
                try (Scope call = scope.nested()) {
                    long[] rows = LongStream.range(from, to).toArray();
                    Tensor logits = decoder.headLogits(call, x, decoder.headRows(rows));
                    long[] next = Arrays.copyOfRange(ids, from + 1, to + 1);
                    chances.addAll(Chance.of(decoder, call, logits, next, likeliest));
                }
            }
        }
        return chances;
    }

    /** Hears each token of each text as soon as it is chosen. */
    public interface Listener {
        /**
         * Whether the text goes on, whose last token is new.
         *
         * @param chance of that token, if chances are told
         */
        boolean goesOn(int prompt, int sample, List<Integer> written, @Nullable Chance chance);
    }
}
