package dev.palimpsest.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
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
    private final Device device;

    private Scope(NDManager manager, Device device) {
        this.manager = manager;
        this.device = device;
    }

    /** A scope of its own on the processor; the first one in a process loads libtorch. */
    public static Scope open() {
        return new Scope(Libtorch.ENGINE.newBaseManager(ai.djl.Device.cpu()), Device.CPU);
    }

    /** A scope of its own whose tensors lie on a device. */
    public static Scope open(Device device) {
        if (device.isCpu()) return open();
        Scope scope = new Scope(open().manager, device);
        try {
            scope.number(0).close();
        } catch (EngineException refused) {
            scope.close();
            throw new Device.Missing(
                    "libtorch cannot use the device %s: %s"
                            .formatted(device.name(), reason(refused)));
        }
        return scope;
    }

    /** What libtorch says after where in the kernel it was, up to the end of the line. */
    private static String reason(EngineException refused) {
        return String.valueOf(refused.getMessage())
                .replaceFirst("(?s)^.*?Error: ", "")
                .lines()
                .findFirst()
                .orElse("");
    }

    /** A scope inside this one, which also ends with it. */
    public Scope nested() {
        return new Scope(manager.newSubManager(), device);
    }

    /** A scope inside this one whose tensors lie in the host's memory. */
    public Scope onHost() {
        return new Scope(manager.newSubManager(), Device.CPU);
    }

    public Tensor floats(float[] values, long... shape) {
        return placed(manager.create(values, new Shape(shape)));
    }

    public Tensor longs(long[] values, long... shape) {
        return placed(manager.create(values, new Shape(shape)));
    }

    public Tensor number(float value) {
        return placed(manager.create(value));
    }

    public Tensor zeros(long... shape) {
        return placed(manager.zeros(new Shape(shape)));
    }

    /** The tensor outlives the scope in which it was made and belongs to this one. */
    public Tensor adopt(Tensor tensor) {
        tensor.array().attach(manager);
        return tensor;
    }

    /** A tensor of the host, on this scope's device; not to be used any more as what it was. */
    Tensor placed(Tensor fromHost) {
        if (device.isCpu()) return fromHost;
        try (fromHost) {
            return device.placed(this, fromHost);
        }
    }

    private Tensor placed(NDArray fromHost) {
        return placed(new Tensor(fromHost, Device.CPU));
    }

    Device device() {
        return device;
    }

    NDManager manager() {
        return manager;
    }

    @Override
    public void close() {
        manager.close();
    }
}
