package dev.palimpsest.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Owns tensors and frees them together when it closes; one a step keeps memory flat. */
public final class Scope implements AutoCloseable {
    /**
     * MKL chooses its vector functions at the first call of any. Two OpenMP threads that come first
     * together may compute with a less exact choice, once; so the first call is made by one thread.
     */
    private static final class Libtorch {
        static final Engine ENGINE = Engine.getEngine("PyTorch");

        static {
            try (NDManager manager = ENGINE.newBaseManager()) {
                manager.create(1f).exp();
            }
        }
    }

    private final NDManager manager;

    private Scope(NDManager manager) {
        this.manager = manager;
    }

    /** A scope of its own; the first one in a process loads libtorch. */
    public static Scope open() {
        return new Scope(Libtorch.ENGINE.newBaseManager());
    }

    /** A scope inside this one, which also ends with it. */
    public Scope nested() {
        return new Scope(manager.newSubManager());
    }

    public Tensor floats(float[] values, long... shape) {
        return new Tensor(manager.create(values, new Shape(shape)));
    }

    public Tensor longs(long[] values, long... shape) {
        return new Tensor(manager.create(values, new Shape(shape)));
    }

    public Tensor number(float value) {
        return new Tensor(manager.create(value));
    }

    public Tensor zeros(long... shape) {
        return new Tensor(manager.zeros(new Shape(shape)));
    }

    /** The tensor outlives the scope in which it was made and belongs to this one. */
    public Tensor adopt(Tensor tensor) {
        tensor.array().attach(manager);
        return tensor;
    }

    NDManager manager() {
        return manager;
    }

    @Override
    public void close() {
        manager.close();
    }
}
