package dev.palimpsest.openai;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Sha256;
import tools.jackson.databind.JsonNode;

/** A fine-tuning job as it is sent, and by what an equal one is known. */
record FineTuningRequest(FineTuningOrder order, String sha256) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static FineTuningRequest of(JsonNode json) {
        return new FineTuningRequest(
                Binder.bind(json, FineTuningOrder.class), Sha256.of(json.toString()));
    }
}
