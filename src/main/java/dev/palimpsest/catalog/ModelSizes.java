package dev.palimpsest.catalog;

import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.UnsupportedModel;
import java.util.List;

/** Bounds of what a config may ask for, far above any model that one machine can train. */
final class ModelSizes {
    private static final int MOST_LAYERS = 1_000;
    private static final int WIDEST = 1 << 20;
    private static final int LARGEST_VOCABULARY = 1 << 24;

    private ModelSizes() {}

    static void check(Architecture architecture) {
        within("num_hidden_layers", architecture.layers(), MOST_LAYERS);
        within("hidden_size", architecture.hidden(), WIDEST);
        within("intermediate_size", architecture.intermediate(), WIDEST);
        within("num_attention_heads", architecture.heads(), WIDEST);
        within("head_dim", architecture.headSize(), WIDEST);
        within("vocab_size", architecture.vocabulary(), LARGEST_VOCABULARY);
    }

    static long parameters(Architecture architecture) {
        return architecture.shapes().values().stream().mapToLong(ModelSizes::elements).sum();
    }

    private static long elements(List<Long> shape) {
        return shape.stream().reduce(1L, (a, b) -> a * b);
    }

    private static void within(String field, int value, int most) {
        if (value < 1 || value > most)
            throw new UnsupportedModel(
                    "config.json: %s must be between 1 and %d, got %d"
                            .formatted(field, most, value));
    }
}
