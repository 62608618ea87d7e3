package dev.palimpsest.openai;

import dev.palimpsest.catalog.BaseModel;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A model as it is answered.
 *
 * @param checkpoint of this service: its weights, where one fine-tuned model is asked for
 * @param job of this service: what it came from
 */
record ModelObject(
        String id,
        String object,
        long created,
        String ownedBy,
        @Nullable String checkpoint,
        @Nullable String job) {
    static ModelObject of(BaseModel model) {
        return new ModelObject(
                model.name(), "model", model.createdAt().getEpochSecond(), owner(), null, null);
    }

    static ModelObject of(FineTunedModels.Named model) {
        return new ModelObject(
                model.name(), "model", model.made().getEpochSecond(), owner(), null, null);
    }

    static ModelObject of(FineTunedModels.Found model) {
        Instant made = model.job().endedAt().orElse(model.job().createdAt());
        return new ModelObject(
                model.name(),
                "model",
                made.getEpochSecond(),
                owner(),
                model.checkpoint().id(),
                model.job().id());
    }

    private static String owner() {
        return ModelName.ORGANISATION;
    }

    /** A model that is no more. */
    record Deleted(String id, String object, boolean deleted) {}
}
