package dev.palimpsest.gguf;

import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Rotary;
import dev.palimpsest.model.Safetensors;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Makes a GGUF file of a Hugging Face model directory. */
public final class GgufExport {
    private final Path folder;
    private final JsonNode config;
    private final Architecture architecture;
    private final Family family;
    private final GgufType type;
    private final Map<String, Place> places = new LinkedHashMap<>();

    private record Place(Path file, long position, GgufType type, List<Long> shape) {}

    private GgufExport(Path folder, GgufType type) throws IOException {
        this.folder = folder;
        this.type = type;
        this.config = json("config.json", true);
        this.architecture = Architecture.of(config);
        this.family = Family.of(architecture);
        for (Path file : Safetensors.files(folder)) {
            Safetensors tensors = Safetensors.open(file);
            tensors.entries()
                    .forEach(
                            (name, entry) ->
                                    places.put(
                                            name,
                                            new Place(
                                                    file,
                                                    tensors.dataStart() + entry.begin(),
                                                    GgufType.valueOf(entry.type()),
                                                    entry.shape())));
        }
    }

    /**
     * Writes matrices as F16 or Q8_0 and vectors as F32, a few rows at a time; a matrix whose rows
     * are no multiple of 32 is F16 in a Q8_0 file too. {@link UnsupportedModel} names what GGUF has
     * no place for. The file must not exist, and does not where this fails or is cancelled.
     */
    public static void write(
            Path folder, Path gguf, GgufType type, Progress progress, BooleanSupplier cancelled)
            throws IOException {
        if (type != GgufType.F16 && type != GgufType.Q8_0)
            throw new IllegalArgumentException("a model is written as F16 or Q8_0, not " + type);
        GgufExport export = new GgufExport(folder, type);
        List<NamedTensor> tensors = NamedTensor.of(export.architecture);
        HeaderWriter header = export.header(tensors);
        boolean whole = false;
        try (FileChannel out =
                FileChannel.open(gguf, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] bytes = header.bytes();
            Transfer transfer =
                    new Transfer(out, bytes.length + header.dataBytes(), progress, cancelled);
            transfer.write(ByteBuffer.wrap(bytes));
            export.numbers(transfer, out, tensors);
            out.force(true);
            whole = true;
        } finally {
            if (!whole) Files.deleteIfExists(gguf);
        }
    }

    private HeaderWriter header(List<NamedTensor> tensors) throws IOException {
        HeaderWriter header = new HeaderWriter();
        header.text("general.architecture", family.key());
        header.text("general.name", String.valueOf(folder.toAbsolutePath().getFileName()));
        header.whole("general.file_type", type == GgufType.F16 ? 1 : 7);
        header.whole("general.quantization_version", 2);
        sizes(header, family.key() + ".");
        new ExportedTokenizer(
                        json("tokenizer.json", true),
                        json("tokenizer_config.json", false),
                        architecture.vocabulary())
                .write(header, config, chatTemplate());
        if (architecture.rotary() instanceof Rotary.Llama3)
            header.tensor(
                    StoredConfig.ROPE_DIVISORS,
                    GgufType.F32,
                    List.of(architecture.headSize() / 2L));
        for (NamedTensor tensor : tensors) {
            check(tensor);
            header.tensor(tensor.gguf(), stored(tensor), tensor.shape());
        }
        return header;
    }

    private void sizes(HeaderWriter header, String key) {
        header.whole(key + "context_length", architecture.longest());
        header.whole(key + "embedding_length", architecture.hidden());
        header.whole(key + "block_count", architecture.layers());
        header.whole(key + "feed_forward_length", architecture.intermediate());
        header.whole(key + "attention.head_count", architecture.heads());
        header.whole(key + "attention.head_count_kv", architecture.keyValueHeads());
        header.whole(key + "attention.key_length", architecture.headSize());
        header.whole(key + "attention.value_length", architecture.headSize());
        header.real(key + "attention.layer_norm_rms_epsilon", architecture.epsilon());
        header.real(key + "rope.freq_base", architecture.rotary().theta());
        header.whole(key + "rope.dimension_count", architecture.headSize());
        header.whole(key + "vocab_size", architecture.vocabulary());
        if (architecture.rotary() instanceof Rotary.Linear(_, double factor)) {
            header.text(key + "rope.scaling.type", "linear");
            header.real(key + "rope.scaling.factor", factor);
        }
    }

    private void check(NamedTensor tensor) {
        Place place = places.get(tensor.huggingFace());
        if (place == null)
            throw new UnsupportedModel("the weight " + tensor.huggingFace() + " is missing");
        if (!place.shape().equals(tensor.shape()))
            throw new UnsupportedModel(
                    "the weight %s has shape %s, config.json asks for %s"
                            .formatted(tensor.huggingFace(), place.shape(), tensor.shape()));
    }

    private GgufType stored(NamedTensor tensor) {
        if (tensor.shape().size() == 1) return GgufType.F32;
        return tensor.shape().getLast() % type.blockLength() == 0 ? type : GgufType.F16;
    }

    private void numbers(Transfer transfer, FileChannel out, List<NamedTensor> tensors)
            throws IOException {
        if (architecture.rotary() instanceof Rotary.Llama3 llama3) {
            float[] divisors = RopeDivisors.of(llama3, architecture.headSize());
            ByteBuffer bytes =
                    ByteBuffer.allocate(divisors.length * Float.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(divisors);
            transfer.write(bytes);
            transfer.write(ByteBuffer.wrap(HeaderWriter.padding(out.position())));
        }
        for (NamedTensor tensor : tensors) {
            Place place = Objects.requireNonNull(places.get(tensor.huggingFace()));
            try (Matrix matrix =
                    Matrix.of(place.file(), place.position(), place.type(), place.shape())) {
                RowOrder order =
                        tensor.interleaved() ? RowOrder.HALVES_TO_NEIGHBOURS : RowOrder.AS_IT_IS;
                transfer.copy(
                        matrix,
                        order,
                        architecture.headSize(),
                        stored(tensor),
                        tensor.huggingFace());
            }
            // the header counts from the numbers' start, which is such a multiple itself
            transfer.write(ByteBuffer.wrap(HeaderWriter.padding(out.position())));
        }
    }

    private Optional<String> chatTemplate() throws IOException {
        Path file = folder.resolve("chat_template.jinja");
        if (Files.isRegularFile(file)) return Optional.of(Files.readString(file));
        JsonNode template = json("tokenizer_config.json", false).path("chat_template");
        return template.isString() ? Optional.of(template.stringValue()) : Optional.empty();
    }

    private JsonNode json(String name, boolean required) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            if (required)
                throw new UnsupportedModel("there is no %s in %s".formatted(name, folder));
            return Binder.JSON.createObjectNode();
        }
        try {
            return Binder.JSON.readTree(Files.readString(file));
        } catch (JacksonException _) {
            throw new UnsupportedModel(name + " is not valid JSON");
        }
    }
}
