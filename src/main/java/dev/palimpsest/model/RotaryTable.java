package dev.palimpsest.model;

import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;

/**
 * Cosines and sines of rotary position embedding, (positions, head size / 2) each, in fp32 from
 * fp32 angles, as transformers computes them.
 */
record RotaryTable(Tensor cos, Tensor sin) {
    int count() {
        return (int) cos.shape()[0];
    }

    void close() {
        cos.close();
        sin.close();
    }

    /** For positions 0 to {@code count} - 1. */
    static RotaryTable of(int count, Architecture architecture, Scope scope) {
        int half = architecture.headSize() / 2;
        float[] cos = new float[count * half];
        float[] sin = new float[count * half];
        for (int j = 0; j < half; j++) {
            float frequency = architecture.rotary().frequency(j, architecture.headSize());
            for (int i = 0; i < count; i++) {
                float angle = i * frequency;
                cos[i * half + j] = (float) Math.cos(angle);
                sin[i * half + j] = (float) Math.sin(angle);
            }
        }
        return new RotaryTable(scope.floats(cos, count, half), scope.floats(sin, count, half));
    }
}
