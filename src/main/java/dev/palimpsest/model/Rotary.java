package dev.palimpsest.model;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;

/** How a rotary position embedding turns with the position (transformers, modeling_rope_utils). */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Rotary {
    double theta();

    /** Radians a position for the {@code pair}-th pair of a head's numbers. */
    default float frequency(int pair, int headSize) {
        return scaled(1f / (float) Math.pow(theta(), (float) (2 * pair) / headSize));
    }

    /** What becomes of a frequency that no scaling has touched. */
    float scaled(float frequency);

    /** Turns as it was trained. */
    @JsonTypeName("default")
    record Unscaled(double theta) implements Rotary {
        @Override
        public float scaled(float frequency) {
            return frequency;
        }
    }

    /** Positions are pressed together by a factor. */
    @JsonTypeName("linear")
    record Linear(double theta, double factor) implements Rotary {
        @Override
        public float scaled(float frequency) {
            return frequency / (float) factor;
        }
    }

    /**
     * Slow turns are slowed further, fast ones stay, those between are interpolated (Llama 3.1).
     */
    @JsonTypeName("llama3")
    record Llama3(
            double theta, double factor, double lowFactor, double highFactor, int originalLength)
            implements Rotary {
        @Override
        public float scaled(float frequency) {
            double wavelength = 2 * Math.PI / frequency;
            if (wavelength > originalLength / lowFactor) return (float) (frequency / factor);
            if (wavelength < originalLength / highFactor) return frequency;
            double smooth = (originalLength / wavelength - lowFactor) / (highFactor - lowFactor);
            return (float) ((1 - smooth) * frequency / factor + smooth * frequency);
        }
    }
}
