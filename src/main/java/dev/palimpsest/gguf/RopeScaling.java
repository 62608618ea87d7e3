package dev.palimpsest.gguf;

import dev.palimpsest.model.UnsupportedModel;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** How rotary positions are stretched. */
sealed interface RopeScaling {
    record None() implements RopeScaling {}

    record Linear(double factor) implements RopeScaling {}

    /** Llama 3's: short wavelengths as they are, long ones by the factor, between them a blend. */
    record Llama3(double factor, double low, double high, long original) implements RopeScaling {
        /** What each pair's frequency is divided by, which is all that GGUF keeps of this. */
        float[] divisors(double theta, int headSize) {
            float[] divisors = new float[headSize / 2];
            for (int i = 0; i < divisors.length; i++) {
                double wavelength = 2 * Math.PI * Math.pow(theta, 2.0 * i / headSize);
                double blend = (original / wavelength - low) / (high - low);
                double kept = Math.clamp(blend, 0, 1);
                divisors[i] = (float) (1 / ((1 - kept) / factor + kept));
            }
            return divisors;
        }

        /** The parameters that have these divisors; those of published models come first. */
        static Llama3 of(float[] divisors, double theta, int headSize) {
            double factor = divisors[divisors.length - 1];
            return Stream.concat(
                            Stream.of(8192L), IntStream.rangeClosed(4, 20).mapToObj(i -> 1L << i))
                    .map(original -> new Llama3(factor, 1, 4, original))
                    .filter(guess -> same(guess.divisors(theta, headSize), divisors))
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

    /** From a config.json of transformers 4 or 5. */
    static RopeScaling of(JsonNode config) {
        JsonNode scaling =
                config.path("rope_parameters").isObject()
                        ? config.path("rope_parameters")
                        : config.path("rope_scaling");
        String type = scaling.path("rope_type").asString(scaling.path("type").asString("default"));
        return switch (type) {
            case "default" -> new None();
            case "linear" -> new Linear(scaling.path("factor").asDouble());
            case "llama3" ->
                    new Llama3(
                            scaling.path("factor").asDouble(),
                            scaling.path("low_freq_factor").asDouble(),
                            scaling.path("high_freq_factor").asDouble(),
                            scaling.path("original_max_position_embeddings").asLong());
            default ->
                    throw new UnsupportedModel(
                            "rope scaling '%s' cannot be written as GGUF; supported are %s"
                                    .formatted(type, List.of("default", "linear", "llama3")));
        };
    }
}
