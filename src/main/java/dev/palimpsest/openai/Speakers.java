package dev.palimpsest.openai;

import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.completions.Speaker;
import dev.palimpsest.spec.Precision;
import dev.palimpsest.web.NotFound;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Who answers to a model's name: a base model, a fine-tuned one, or a checkpoint of one. */
@Component
class Speakers {
    private final Models models;
    private final FineTunedModels fineTuned;

    Speakers(Models models, FineTunedModels fineTuned) {
        this.models = models;
        this.fineTuned = fineTuned;
    }

    Speaker named(String name) {
        return ready(name)
                .map(base -> new Speaker(base, null, false))
                .or(() -> fineTuned.find(name).flatMap(this::of))
                .orElseThrow(
                        () ->
                                new NotFound(
                                        "there is no model '%s'; GET /v1/models lists them"
                                                .formatted(name),
                                        "/model"));
    }

    /** In the number format in which its job scores it. */
    private Optional<Speaker> of(FineTunedModels.Found found) {
        boolean bf16 = found.job().spec().training().precision() != Precision.FP32;
        return ready(found.baseModel()).map(base -> new Speaker(base, found.checkpoint(), bf16));
    }

    private Optional<BaseModel> ready(String name) {
        return models.findByName(name).filter(BaseModel::isReady);
    }
}
