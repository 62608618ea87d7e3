package dev.palimpsest.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;

/**
 * An array of numbers in libtorch's memory; freed with the {@link Scope} it belongs to, or by
 * close.
 */
public final class Tensor implements AutoCloseable {
    private final PtNDArray array;

    Tensor(NDArray array) {
        this.array = (PtNDArray) array;
    }

    PtNDArray array() {
        return array;
    }

    /** bf16 has no name in DJL, which shows it as a type it does not know. */
    public ElementType type() {
        return switch (array.getDataType()) {
            case FLOAT32 -> ElementType.F32;
            case FLOAT16 -> ElementType.F16;
            case BFLOAT16, UNKNOWN -> ElementType.BF16;
            default -> throw new IllegalStateException("no number format: " + array.getDataType());
        };
    }

    public long[] shape() {
        return array.getShape().getShape();
    }

    public long elements() {
        return array.getShape().size();
    }

    public float[] floats() {
        return array.toFloatArray();
    }

    public double[] doubles() {
        return array.toDoubleArray();
    }

    public long[] longs() {
        return array.toLongArray();
    }

    /** The numbers as they lie in memory, little endian; works for bf16 too. */
    public ByteBuffer bytes() {
        return array.toByteBuffer();
    }

    /** The same of the numbers from one to before another. */
    public ByteBuffer bytes(long from, long to) {
        try (NDArray flat = array.reshape(-1);
                NDArray part = flat.get(from + ":" + to)) {
            return part.toByteBuffer();
        }
    }

    @Override
    public void close() {
        array.close();
    }
}
