package dev.palimpsest.jobs;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Preset;
import tools.jackson.databind.JsonNode;

/** An experiment as it is sent: with a preset it may leave out what the preset says. */
record ExperimentOrder(ExperimentRequest request) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ExperimentOrder of(JsonNode json) {
        return new ExperimentOrder(
                Binder.bind(Preset.applied(json, Preset.Kind.EXPERIMENT), ExperimentRequest.class));
    }
}
