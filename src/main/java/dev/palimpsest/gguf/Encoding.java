package dev.palimpsest.gguf;

import dev.palimpsest.model.UnsupportedModel;
import java.nio.ByteBuffer;

/** Numbers as F32, F16 or Q8_0, as ggml and gguf-py round them. */
final class Encoding {
    private static final int BLOCK = 32;

    private Encoding() {}

    /** Appends to a buffer; a number that the type has no place for is refused. */
    static void append(GgufType type, float[] values, int count, ByteBuffer into, String tensor) {
        switch (type) {
            case F32 -> {
                for (int i = 0; i < count; i++) into.putFloat(values[i]);
            }
            case F16 -> {
                for (int i = 0; i < count; i++) into.putShort(half(values[i], tensor));
            }
            case Q8_0 -> {
                for (int i = 0; i < count; i += BLOCK) block(values, i, into, tensor);
            }
            case BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K ->
                    throw new IllegalArgumentException("nothing is written as " + type);
        }
    }

    private static void block(float[] values, int first, ByteBuffer into, String tensor) {
        float largest = 0;
        for (int i = first; i < first + BLOCK; i++) {
            if (!Float.isFinite(values[i])) throw unfit(values[i], tensor);
            largest = Math.max(largest, Math.abs(values[i]));
        }
        float scale = largest / 127;
        float inverse = scale == 0 ? 0 : 1 / scale;
        into.putShort(half(scale, tensor));
        for (int i = first; i < first + BLOCK; i++) into.put((byte) rounded(values[i] * inverse));
    }

    /** Halves away from zero. */
    private static float rounded(float value) {
        double size = Math.abs(value);
        double floor = Math.floor(size);
        return (float) (Math.signum(value) * (floor + Math.floor(2 * (size - floor))));
    }

    private static short half(float value, String tensor) {
        short half = Float.floatToFloat16(value);
        if (!Float.isFinite(Float.float16ToFloat(half))) throw unfit(value, tensor);
        return half;
    }

    private static UnsupportedModel unfit(float value, String tensor) {
        return new UnsupportedModel(
                "%s holds %s, which is beyond what this format stores (65504)"
                        .formatted(tensor, value));
    }
}
