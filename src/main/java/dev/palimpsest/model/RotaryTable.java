package dev.palimpsest.model;

import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;

/** Cosines and sines of rotary position embedding, (positions, head size / 2) each. */
record RotaryTable(Tensor cos, Tensor sin) {
    /** For positions 0 to {@code columns} - 1. */
    static RotaryTable upTo(int columns, Architecture architecture, Scope scope) {
        long[] positions = new long[columns];
        for (int i = 0; i < columns; i++) positions[i] = i;
        return at(positions, architecture, scope);
    }

    static RotaryTable at(long[] positions, Architecture architecture, Scope scope) {
        int half = architecture.headSize() / 2;
        float[] cos = new float[positions.length * half];
        float[] sin = new float[positions.length * half];
        for (int j = 0; j < half; j++) {
            double frequency =
                    Math.pow(architecture.ropeTheta(), -2.0 * j / architecture.headSize());
            for (int i = 0; i < positions.length; i++) {
                double angle = positions[i] * frequency;
                cos[i * half + j] = (float) Math.cos(angle);
                sin[i * half + j] = (float) Math.sin(angle);
            }
        }
        return new RotaryTable(
                scope.floats(cos, positions.length, half),
                scope.floats(sin, positions.length, half));
    }
}
