package dev.palimpsest.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * An array of numbers in libtorch's memory; freed with the {@link Scope} it belongs to, or by
 * close.
 */
public final class Tensor implements AutoCloseable {
    private final PtNDArray array;
    private final Device device;

    /**
     * @param device where it lies, or the processor's in a scope of that device
     */
    Tensor(NDArray array, Device device) {
        this.array = (PtNDArray) array;
        this.device = device;
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
        return read(array, NDArray::toFloatArray);
    }

    public double[] doubles() {
        return read(array, NDArray::toDoubleArray);
    }

    public long[] longs() {
        return read(array, NDArray::toLongArray);
    }

    /** The numbers as they lie in memory, little endian; works for bf16 too. */
    public ByteBuffer bytes() {
        return read(array, NDArray::toByteBuffer);
    }

    /** The same of the numbers from one to before another. */
    public ByteBuffer bytes(long from, long to) {
        try (NDArray flat = array.reshape(-1);
                NDArray part = flat.get(from + ":" + to)) {
            return read(part, NDArray::toByteBuffer);
        }
    }

    /** Numbers are read on the host, to which those of another device are copied first. */
    private <T> T read(NDArray numbers, Function<NDArray, T> how) {
        if (device.isCpu()) return how.apply(numbers);
        try (Scope host = Scope.open()) {
            return how.apply(Device.CPU.placed(host, new Tensor(numbers, device)).array());
        }
    }

    @Override
    public void close() {
        array.close();
    }
}
