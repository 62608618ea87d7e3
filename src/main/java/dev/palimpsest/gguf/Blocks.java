package dev.palimpsest.gguf;

import java.nio.ByteBuffer;

/**
 * One block of each type as numbers. The order of every multiplication and addition is that of
 * gguf-py's reference, so that the results are equal bit for bit.
 */
final class Blocks {
    private static final int HALF = 16;
    private static final int K_PART = 32;

    private Blocks() {}

    static void f32(ByteBuffer from, int at, float[] into, int to) {
        into[to] = from.getFloat(at);
    }

    static void f16(ByteBuffer from, int at, float[] into, int to) {
        into[to] = half(from, at);
    }

    static void bf16(ByteBuffer from, int at, float[] into, int to) {
        into[to] = Float.intBitsToFloat(from.getShort(at) << 16);
    }

    static void q8(ByteBuffer from, int at, float[] into, int to) {
        float scale = half(from, at);
        for (int i = 0; i < 2 * HALF; i++) into[to + i] = from.get(at + 2 + i) * scale;
    }

    static void q4(ByteBuffer from, int at, float[] into, int to) {
        float scale = half(from, at);
        for (int i = 0; i < HALF; i++) {
            int pair = from.get(at + 2 + i);
            into[to + i] = scale * (low(pair) - 8);
            into[to + HALF + i] = scale * (high(pair) - 8);
        }
    }

    static void q4WithMinimum(ByteBuffer from, int at, float[] into, int to) {
        float scale = half(from, at);
        float minimum = half(from, at + 2);
        for (int i = 0; i < HALF; i++) {
            int pair = from.get(at + 4 + i);
            into[to + i] = scale * low(pair) + minimum;
            into[to + HALF + i] = scale * high(pair) + minimum;
        }
    }

    static void q5(ByteBuffer from, int at, float[] into, int to) {
        float scale = half(from, at);
        int fifths = from.getInt(at + 2); // bit i is the fifth bit of number i
        for (int i = 0; i < HALF; i++) {
            int pair = from.get(at + 6 + i);
            into[to + i] = scale * ((low(pair) | bit(fifths, i) << 4) - 16);
            into[to + HALF + i] = scale * ((high(pair) | bit(fifths, HALF + i) << 4) - 16);
        }
    }

    static void q5WithMinimum(ByteBuffer from, int at, float[] into, int to) {
        float scale = half(from, at);
        float minimum = half(from, at + 2);
        int fifths = from.getInt(at + 4);
        for (int i = 0; i < HALF; i++) {
            int pair = from.get(at + 8 + i);
            into[to + i] = scale * (low(pair) | bit(fifths, i) << 4) + minimum;
            into[to + HALF + i] = scale * (high(pair) | bit(fifths, HALF + i) << 4) + minimum;
        }
    }

    /** Scale, minimum's scale, 12 bytes of 6-bit scales, then nibbles: two parts of 32 share 32. */
    static void q4K(ByteBuffer from, int at, float[] into, int to) {
        for (int part = 0; part < 8; part++) {
            float scale = half(from, at) * partScale(from, at + 4, part);
            float minimum = half(from, at + 2) * partMinimum(from, at + 4, part);
            for (int i = 0; i < K_PART; i++) {
                int nibble = nibble(from.get(at + 16 + part / 2 * K_PART + i), part % 2);
                into[to + part * K_PART + i] = scale * nibble - minimum;
            }
        }
    }

    /** As {@link #q4K}, with the fifth bits of all parts between the scales and the nibbles. */
    static void q5K(ByteBuffer from, int at, float[] into, int to) {
        for (int part = 0; part < 8; part++) {
            float scale = half(from, at) * partScale(from, at + 4, part);
            float minimum = half(from, at + 2) * partMinimum(from, at + 4, part);
            for (int i = 0; i < K_PART; i++) {
                int nibble = nibble(from.get(at + 48 + part / 2 * K_PART + i), part % 2);
                int fifth = bit(from.get(at + 16 + i), part);
                into[to + part * K_PART + i] = scale * (nibble | fifth << 4) - minimum;
            }
        }
    }

    /** 128 bytes of nibbles, 64 of pairs of high bits, 16 signed scales, then the scale of all. */
    static void q6K(ByteBuffer from, int at, float[] into, int to) {
        float scale = half(from, at + 208);
        for (int i = 0; i < 256; i++) {
            int side = i / 128; // each side of 128 has its own 64 bytes of nibbles and 32 of bits
            int part = i / K_PART % 4;
            int low = from.get(at + side * 64 + i % 64);
            int high = from.get(at + 128 + side * 32 + i % K_PART) >> (2 * part) & 3;
            int number = (nibble(low, part / 2) | high << 4) - 32;
            into[to + i] = scale * from.get(at + 192 + i / 16) * number;
        }
    }

    private static int partScale(ByteBuffer from, int scales, int part) {
        if (part < 4) return from.get(scales + part) & 63;
        return low(from.get(scales + 4 + part)) | (from.get(scales + part - 4) >> 2 & 0x30);
    }

    private static int partMinimum(ByteBuffer from, int scales, int part) {
        if (part < 4) return from.get(scales + 4 + part) & 63;
        return high(from.get(scales + 4 + part)) | (from.get(scales + part) >> 2 & 0x30);
    }

    private static float half(ByteBuffer from, int at) {
        return Float.float16ToFloat(from.getShort(at));
    }

    private static int nibble(int pair, int which) {
        return which == 0 ? low(pair) : high(pair);
    }

    private static int low(int pair) {
        return pair & 15;
    }

    private static int high(int pair) {
        return pair >> 4 & 15;
    }

    private static int bit(int bits, int place) {
        return bits >>> place & 1;
    }
}
