package dev.palimpsest.model;

import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How likely a token was where it stands, before any temperature, and which were the likeliest.
 *
 * @param log its natural logarithm
 * @param likeliest the likeliest tokens there, in order, of which it may be one
 */
public record Chance(int token, double log, List<Chance> likeliest) {
    public Chance {
        likeliest = List.copyOf(likeliest);
    }

    /**
     * Of a token after each row.
     *
     * @param logits (tokens or more, vocabulary)
     */
    static List<Chance> of(
            Decoder decoder, Scope scope, Tensor logits, long[] tokens, int likeliest) {
        float[] told =
                decoder.kernels()
                        .one(
                                scope,
                                "chances",
                                logits,
                                scope.longs(tokens, tokens.length),
                                Math.min(likeliest, logits.shape()[1]))
                        .floats();
        int width = told.length / tokens.length;
        List<Chance> chances = new ArrayList<>();
        for (int i = 0; i < tokens.length; i++)
            chances.add(of((int) tokens[i], Arrays.copyOfRange(told, i * width, (i + 1) * width)));
        return chances;
    }

    /** From its own logarithm, the ids of the likeliest, and theirs. */
    private static Chance of(int token, float[] told) {
        int count = told.length / 2;
        List<Chance> likeliest = new ArrayList<>();
        for (int i = 1; i <= count; i++)
            likeliest.add(new Chance((int) told[i], told[count + i], List.of()));
        return new Chance(token, told[0], likeliest);
    }
}
