package dev.palimpsest.model;

import dev.palimpsest.spec.Projection;
import java.util.ArrayList;
import java.util.List;

/** One of the seven matrices of one block. */
public record Projected(int layer, Projection projection) {
    /** All of a model, in the order of the forward pass. */
    public static List<Projected> all(Architecture architecture) {
        List<Projected> all = new ArrayList<>();
        for (int layer = 0; layer < architecture.layers(); layer++)
            for (Projection projection : Projection.values())
                all.add(new Projected(layer, projection));
        return all;
    }

    /** As Hugging Face checkpoints name it: {@code model.layers.0.mlp.up_proj}. */
    public String path() {
        return "model.layers.%d.%s".formatted(layer, projection.path());
    }
}
