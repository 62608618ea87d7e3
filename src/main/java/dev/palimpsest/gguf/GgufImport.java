package dev.palimpsest.gguf;

import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Safetensors;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.torch.ElementType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes a Hugging Face model directory of a GGUF file. */
public final class GgufImport {
    private GgufImport() {}

    /**
     * Writes config.json, the tokenizer's files and then model.safetensors in fp32, a few rows at a
     * time, into a folder that has none of them. {@link UnsupportedModel} names what cannot be
     * taken over; {@link java.util.concurrent.CancellationException} follows a yes of {@code
     * cancelled}, which is asked every few rows.
     */
    public static void write(Path gguf, Path folder, Progress progress, BooleanSupplier cancelled)
            throws IOException {
        GgufFile file = GgufFile.open(gguf);
        ObjectNode config = new StoredConfig(file).read();
        Architecture architecture = Architecture.of(config);
        List<NamedTensor> tensors = NamedTensor.of(architecture);
        check(file, tensors);
        StoredTokenizer tokenizer = StoredTokenizer.of(file.metadata(), architecture.vocabulary());
        tokenizer.name(config);
        json(folder.resolve("config.json"), config);
        json(folder.resolve("tokenizer.json"), tokenizer.json());
        json(folder.resolve("tokenizer_config.json"), tokenizer.settings(architecture.longest()));
        if (tokenizer.chatTemplate().isPresent())
            Files.writeString(
                    folder.resolve("chat_template.jinja"), tokenizer.chatTemplate().get());
        weights(
                file,
                architecture,
                tensors,
                folder.resolve("model.safetensors"),
                progress,
                cancelled);
    }

    /** Every tensor is where it is expected, in its shape, and there is no other. */
    private static void check(GgufFile file, List<NamedTensor> tensors) {
        Set<String> unknown = new TreeSet<>(file.tensors().keySet());
        unknown.remove(StoredConfig.ROPE_DIVISORS);
        for (NamedTensor tensor : tensors) {
            TensorInfo stored = file.tensors().get(tensor.gguf());
            if (stored == null)
                throw new UnsupportedModel("the GGUF file has no tensor " + tensor.gguf());
            if (!stored.shape().equals(tensor.shape()))
                throw new UnsupportedModel(
                        "tensor %s of the GGUF file has the shape %s, its metadata says %s"
                                .formatted(tensor.gguf(), stored.shape(), tensor.shape()));
            unknown.remove(tensor.gguf());
        }
        if (!unknown.isEmpty())
            throw new UnsupportedModel(
                    "the GGUF file has %d tensors that this architecture has no place for: %s"
                            .formatted(
                                    unknown.size(),
                                    unknown.stream().limit(5).collect(Collectors.joining(", "))));
    }

    private static void weights(
            GgufFile file,
            Architecture architecture,
            List<NamedTensor> tensors,
            Path into,
            Progress progress,
            BooleanSupplier cancelled)
            throws IOException {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        for (NamedTensor tensor : tensors) shapes.put(tensor.huggingFace(), tensor.shape());
        byte[] header = Safetensors.header(ElementType.F32, shapes);
        long total = header.length;
        for (NamedTensor tensor : tensors)
            total += GgufType.F32.bytes(stored(file, tensor).elements());
        try (FileChannel out =
                FileChannel.open(into, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Transfer transfer = new Transfer(out, total, progress, cancelled);
            transfer.write(ByteBuffer.wrap(header));
            for (NamedTensor tensor : tensors)
                try (Matrix matrix = Matrix.of(file, stored(file, tensor))) {
                    RowOrder order =
                            tensor.interleaved()
                                    ? RowOrder.NEIGHBOURS_TO_HALVES
                                    : RowOrder.AS_IT_IS;
                    transfer.copy(
                            matrix,
                            order,
                            architecture.headSize(),
                            GgufType.F32,
                            tensor.huggingFace());
                }
            out.force(true);
        }
    }

    private static TensorInfo stored(GgufFile file, NamedTensor tensor) {
        return Objects.requireNonNull(file.tensors().get(tensor.gguf()), tensor.gguf());
    }

    private static void json(Path file, JsonNode content) {
        Binder.JSON.writerWithDefaultPrettyPrinter().writeValue(file, content);
    }
}
