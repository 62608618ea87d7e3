package dev.palimpsest.gguf;

import dev.palimpsest.model.Rotary;
import dev.palimpsest.model.UnsupportedModel;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What each pair's frequency is divided by, which is all that GGUF keeps of Llama 3's scaling. */
final class RopeDivisors {
    private RopeDivisors() {}

    static float[] of(Rotary.Llama3 rotary, int headSize) {
        float[] divisors = new float[headSize / 2];
        for (int i = 0; i < divisors.length; i++) {
            double wavelength = 2 * Math.PI * Math.pow(rotary.theta(), 2.0 * i / headSize);
            double low = rotary.lowFactor();
            double blend =
                    (rotary.originalLength() / wavelength - low) / (rotary.highFactor() - low);
            double kept = Math.clamp(blend, 0, 1);
            divisors[i] = (float) (1 / ((1 - kept) / rotary.factor() + kept));
        }
        return divisors;
    }

    /** The parameters that have these divisors; those of published models come first. */
    static Rotary.Llama3 scaling(float[] divisors, double theta, int headSize) {
        double factor = divisors[divisors.length - 1];
        return Stream.concat(Stream.of(8192), IntStream.rangeClosed(4, 20).mapToObj(i -> 1 << i))
                .map(original -> new Rotary.Llama3(theta, factor, 1, 4, original))
                .filter(guess -> same(of(guess, headSize), divisors))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UnsupportedModel(
                                        "rope_freqs.weight in the GGUF file is none that Llama 3's rope scaling gives"));
    }

    private static boolean same(float[] guess, float[] given) {
        return IntStream.range(0, guess.length)
                .allMatch(i -> Math.abs(guess[i] - given[i]) <= 1e-4 * Math.abs(given[i]));
    }
}
