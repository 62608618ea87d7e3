package dev.palimpsest.model;

import com.fasterxml.jackson.annotation.JsonFormat;
import dev.palimpsest.spec.Projection;
import java.util.ArrayList;
import java.util.List;

/** One of the seven matrices of one block. */
public record Projected(
        int layer,
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_CASE_INSENSITIVE_VALUES)
                Projection projection) {
    /** All of a model, in the order of the forward pass. */
    public static List<Projected> all(Architecture architecture) {
        List<Projected> all = new ArrayList<>();
        for (int layer = 0; layer < architecture.layers(); layer++)
            for (Projection projection : Projection.values())
                all.add(new Projected(layer, projection));
        return all;
    }

    /** Counts from 0 in the order of the forward pass. */
    public int place() {
        List<Projection> block = List.of(Projection.values());
        return layer * block.size() + block.indexOf(projection);
    }

    /** As Hugging Face checkpoints name it: {@code model.layers.0.mlp.up_proj}. */
    public String path() {
        return "model.layers." + layer + "." + projection.path();
    }
}
