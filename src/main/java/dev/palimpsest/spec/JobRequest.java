package dev.palimpsest.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import tools.jackson.databind.JsonNode;

/** A job spec as it is sent: with a preset it may leave out what the preset says. */
public record JobRequest(JobSpec spec) {
    /** {@link InvalidSpec} points into the spec as it was sent. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static JobRequest of(JsonNode json) {
        return new JobRequest(Binder.bind(Preset.applied(json, Preset.Kind.JOB), JobSpec.class));
    }
}
