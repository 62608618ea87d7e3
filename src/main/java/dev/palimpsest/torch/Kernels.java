package dev.palimpsest.torch;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** TorchScript methods from {@code resources/kernels}, callable by name. */
public final class Kernels implements AutoCloseable {
    private final NDManager manager;
    private final PtSymbolBlock block;

    private Kernels(NDManager manager, PtSymbolBlock block) {
        this.manager = manager;
        this.block = block;
    }

    /** Loads {@code kernels/NAME.py}; its methods read the constants as {@code self.NAME}. */
    public static Kernels load(Scope owner, String name, Map<String, Object> constants) {
        return load(owner, constants, name);
    }

    /** The same from several files, whose methods may call each other. */
    public static Kernels load(Scope owner, Map<String, Object> constants, String... names) {
        NDManager manager = owner.manager().newSubManager();
        String source = Arrays.stream(names).map(Kernels::source).collect(Collectors.joining());
        byte[] archive = ScriptArchive.pack(source, constants);
        // the graph optimizer only costs time here, and its setting belongs to the thread
        JniUtils.setGraphExecutorOptimize(false);
        try (InputStream bytes = new ByteArrayInputStream(archive)) {
            PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, bytes, false, false);
            return new Kernels(manager, block);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Which file has the fastest products on a scope's device; not every libtorch has oneDNN. */
    public static String linearOf(Scope owner) {
        return canPack(owner) ? "linear_onednn" : "linear";
    }

    /** Whether this file's kernels pack matrices of a tensor's numbers on this processor. */
    public boolean packs(Scope owner, Tensor like) {
        try (Scope call = owner.nested()) {
            return one(call, "packs", like).floats()[0] > 0;
        }
    }

    /** Whether a packed matrix is a copy of its own, in the order in which products read it. */
    public static boolean canPack(Scope owner) {
        return owner.device().isCpu() && System.getProperty("os.arch").equals("amd64");
    }

    /**
     * Calls a method with tensors, lists of tensors, longs, lists of longs, doubles and strings;
     * the results belong to the scope. Methods run in inference mode: there is no autograd here.
     */
    public List<Tensor> call(Scope scope, String method, Object... arguments) {
        IValue[] values = Arrays.stream(arguments).map(Kernels::value).toArray(IValue[]::new);
        try (IValue result = IValueUtils.runMethod(block, method, values)) {
            return result.toNDList((PtNDManager) scope.manager()).stream()
                    .map(array -> new Tensor(array, scope.device()))
                    .toList();
        } finally {
            for (IValue value : values) value.close();
        }
    }

    /** Calls a method that returns one tensor. */
    @CanIgnoreReturnValue
    public Tensor one(Scope scope, String method, Object... arguments) {
        return call(scope, method, arguments).getFirst();
    }

    private static IValue value(Object argument) {
        return switch (argument) {
            case Tensor tensor -> IValue.from(tensor.array());
            case Long number -> IValue.from(number);
            case Double number -> IValue.from(number);
            case String text -> IValue.from(text);
            case long[] numbers -> IValue.listFrom(numbers);
            case List<?> list ->
                    IValue.listFrom(
                            list.stream()
                                    .map(tensor -> ((Tensor) tensor).array())
                                    .toArray(PtNDArray[]::new));
            default -> throw new IllegalArgumentException("no argument: " + argument);
        };
    }

    private static String source(String name) {
        try (InputStream in = Kernels.class.getResourceAsStream("/kernels/" + name + ".py")) {
            if (in == null) throw new IllegalArgumentException("no kernels named " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() {
        block.close();
        manager.close();
    }
}
