package dev.palimpsest.completions;

import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.jobs.Checkpoint;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Who says something.
 *
 * @param checkpoint of the base model; null for itself
 * @param bf16 whether its passes are in bf16
 */
public record Speaker(BaseModel model, @Nullable Checkpoint checkpoint, boolean bf16) {
    /** How many tokens it can read, if that is known. */
    public OptionalInt longest() {
        return model.architecture().stream().mapToInt(its -> its.longest()).findFirst();
    }
}
