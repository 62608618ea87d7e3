package dev.palimpsest.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

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
        NDManager manager = owner.manager().newSubManager();
        byte[] archive = ScriptArchive.pack(source(name), constants);
        // the graph optimizer only costs time here, and its setting belongs to the thread
        JniUtils.setGraphExecutorOptimize(false);
        try (InputStream bytes = new ByteArrayInputStream(archive)) {
            PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, bytes, false, false);
            return new Kernels(manager, block);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Calls a method with tensors and lists of tensors; the results belong to the scope. */
    public List<Tensor> call(Scope scope, String method, Object... arguments) {
        NDList inputs = new NDList(arguments.length + 1);
        // DJL names the method by an array's name and gives the results the first array's manager
        try (NDArray name = scope.manager().create(0f)) {
            name.setName("module_method:" + method);
            inputs.add(name);
            for (int i = 0; i < arguments.length; i++) add(inputs, arguments[i], i);
            return IValueUtils.forward(block, inputs, true).stream().map(Tensor::new).toList();
        }
    }

    /** Calls a method that returns one tensor. */
    public Tensor one(Scope scope, String method, Object... arguments) {
        return call(scope, method, arguments).getFirst();
    }

    private static void add(NDList inputs, Object argument, int position) {
        switch (argument) {
            case Tensor tensor -> inputs.add(named(tensor, ""));
            case List<?> list -> {
                if (list.isEmpty())
                    throw new IllegalArgumentException("an empty list has no place in a call");
                for (Object each : list) inputs.add(named((Tensor) each, "list" + position + "[]"));
            }
            default -> throw new IllegalArgumentException("no argument: " + argument);
        }
    }

    private static NDArray named(Tensor tensor, String name) {
        tensor.array().setName(name);
        return tensor.array();
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
