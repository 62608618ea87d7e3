package dev.palimpsest.gguf;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** How a GGUF file stores a tensor's numbers: blocks of equal size, each decoded by itself. */
public enum GgufType {
    F32(0, 1, 4),
    F16(1, 1, 2),
    Q4_0(2, 32, 18),
    Q4_1(3, 32, 20),
    Q5_0(6, 32, 22),
    Q5_1(7, 32, 24),
    Q8_0(8, 32, 34),
    Q4_K(12, 256, 144),
    Q5_K(13, 256, 176),
    Q6_K(14, 256, 210),
    BF16(30, 1, 2);

    private static final Map<Integer, String> UNREAD =
            Map.ofEntries(
                    Map.entry(9, "Q8_1"),
                    Map.entry(10, "Q2_K"),
                    Map.entry(11, "Q3_K"),
                    Map.entry(15, "Q8_K"),
                    Map.entry(16, "IQ2_XXS"),
                    Map.entry(17, "IQ2_XS"),
                    Map.entry(18, "IQ3_XXS"),
                    Map.entry(19, "IQ1_S"),
                    Map.entry(20, "IQ4_NL"),
                    Map.entry(21, "IQ3_S"),
                    Map.entry(22, "IQ2_S"),
                    Map.entry(23, "IQ4_XS"),
                    Map.entry(24, "I8"),
                    Map.entry(25, "I16"),
                    Map.entry(26, "I32"),
                    Map.entry(27, "I64"),
                    Map.entry(28, "F64"),
                    Map.entry(29, "IQ1_M"),
                    Map.entry(34, "TQ1_0"),
                    Map.entry(35, "TQ2_0"),
                    Map.entry(39, "MXFP4"));

    private final int number;
    private final int blockLength;
    private final int blockBytes;

    GgufType(int number, int blockLength, int blockBytes) {
        this.number = number;
        this.blockLength = blockLength;
        this.blockBytes = blockBytes;
    }

    static Optional<GgufType> numbered(long number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    /** What a number that is no constant here means, for a message. */
    static String unread(long number) {
        String name = number >= 0 && number < 1000 ? UNREAD.get((int) number) : null;
        return name == null ? "number " + number : name + " (number " + number + ")";
    }

    int number() {
        return number;
    }

    int blockLength() {
        return blockLength;
    }

    /** The bytes that so many numbers take, a multiple of the block's length. */
    long bytes(long numbers) {
        return numbers / blockLength * blockBytes;
    }

    /** Decodes a buffer from its start. */
    void decode(ByteBuffer from, float[] into, int numbers) {
        for (int block = 0; block < numbers / blockLength; block++)
            decode(from, block * blockBytes, into, block * blockLength);
    }

    private void decode(ByteBuffer from, int at, float[] into, int to) {
        switch (this) {
            case F32 -> Blocks.f32(from, at, into, to);
            case F16 -> Blocks.f16(from, at, into, to);
            case BF16 -> Blocks.bf16(from, at, into, to);
            case Q4_0 -> Blocks.q4(from, at, into, to);
            case Q4_1 -> Blocks.q4WithMinimum(from, at, into, to);
            case Q5_0 -> Blocks.q5(from, at, into, to);
            case Q5_1 -> Blocks.q5WithMinimum(from, at, into, to);
            case Q8_0 -> Blocks.q8(from, at, into, to);
            case Q4_K -> Blocks.q4K(from, at, into, to);
            case Q5_K -> Blocks.q5K(from, at, into, to);
            case Q6_K -> Blocks.q6K(from, at, into, to);
        }
    }
}
