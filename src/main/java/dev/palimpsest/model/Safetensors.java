package dev.palimpsest.model;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A safetensors file: 8 bytes of header length, a JSON header, then the numbers.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class Safetensors {
    /** Of a hundred thousand tensors; the format's own bound would take a heap full of entries. */
    private static final long LONGEST_HEADER = 16 << 20;

    private static final long NUMBERS_AT_ONCE = 1 << 20;

    private final Path file;
    private final long dataStart;
    private final Map<String, Entry> entries;

    /** One tensor's place; {@code begin} counts bytes from the end of the header. */
    public record Entry(String type, List<Long> shape, long begin, long end) {
        long elements() {
            return Safetensors.elements(shape);
        }
    }

    private Safetensors(Path file, long dataStart, Map<String, Entry> entries) {
        this.file = file;
        this.dataStart = dataStart;
        this.entries = entries;
    }

    /** Reads and checks the header against the file's size; no numbers are read. */
    public static Safetensors open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            read(channel, length, file);
            long header = length.getLong(0);
            if (header < 2 || header > LONGEST_HEADER || header > channel.size() - 8)
                throw truncated(file, "its header would be " + header + " bytes long");
            ByteBuffer json = ByteBuffer.allocate((int) header);
            read(channel, json, file);
            String text = new String(json.array(), StandardCharsets.UTF_8);
            return new Safetensors(
                    file, 8 + header, entries(file, text, channel.size() - 8 - header));
        }
    }

    /** Where the numbers begin, from which {@link Entry#begin} counts. */
    public long dataStart() {
        return dataStart;
    }

    public Map<String, Entry> entries() {
        return entries;
    }

    /** All tensors, mapped where the file's alignment allows it, else read. */
    public Map<String, Tensor> tensors(Scope scope, Memory memory) throws IOException {
        Map<ElementType, Tensor> mapped = new EnumMap<>(ElementType.class);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, Entry> named : entries.entrySet()) {
            Entry entry = named.getValue();
            ElementType type = ElementType.valueOf(entry.type());
            long place = dataStart + entry.begin();
            if (!aligned(entry)) {
                tensors.put(named.getKey(), widened(scope, entry, type));
                continue;
            }
            Tensor whole = mapped.get(type);
            if (whole == null) {
                whole = memory.map(scope, file, type);
                mapped.put(type, whole);
            }
            tensors.put(
                    named.getKey(), memory.part(scope, whole, place / type.bytes(), entry.shape()));
        }
        return tensors;
    }

    /** All tensors in a number format: mapped where they have it already, else copied. */
    Map<String, Tensor> mapped(ElementType type, Scope scope, Memory memory) throws IOException {
        boolean asStored =
                entries.values().stream()
                        .allMatch(entry -> entry.type().equals(type.name()) && aligned(entry));
        return asStored ? tensors(scope, memory) : copied(type, scope, memory);
    }

    /** One tensor where it lies in the file, if it is there and has the number format. */
    Optional<Tensor> mapped(String name, ElementType type, Scope scope, Memory memory)
            throws IOException {
        Entry entry = entries.get(name);
        if (entry == null || !entry.type().equals(type.name()) || !aligned(entry))
            return Optional.empty();
        return Optional.of(tensor(name, scope, memory));
    }

    /** One of the tensors, as {@link #tensors} gives them. */
    public Tensor tensor(String name, Scope scope, Memory memory) throws IOException {
        Entry entry = entries.get(name);
        if (entry == null)
            throw new UnsupportedModel("%s lacks %s".formatted(file.getFileName(), name));
        return required(
                new Safetensors(file, dataStart, Map.of(name, entry)).tensors(scope, memory), name);
    }

    private boolean aligned(Entry entry) {
        return (dataStart + entry.begin()) % ElementType.valueOf(entry.type()).bytes() == 0;
    }

    /** All tensors in memory of their own. */
    public Map<String, Tensor> copied(Scope scope, Memory memory) throws IOException {
        return each(scope, memory, (call, _, stored) -> memory.copy(call, stored));
    }

    /** The same in a number format. */
    Map<String, Tensor> copied(ElementType type, Scope scope, Memory memory) throws IOException {
        return each(
                scope,
                memory,
                (call, _, stored) ->
                        stored.type() == type
                                ? memory.copy(call, stored)
                                : memory.as(call, stored, type));
    }

    /** Makes a tensor of its own out of one that is mapped only meanwhile. */
    @FunctionalInterface
    interface Copying {
        Tensor of(Scope call, String name, Tensor stored);
    }

    /** What is made of each tensor, of which no more than one is mapped at once. */
    Map<String, Tensor> each(Scope scope, Memory memory, Copying copying) throws IOException {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        for (Map.Entry<String, Entry> named : entries.entrySet()) {
            try (Scope mapped = scope.nested()) {
                Safetensors one =
                        new Safetensors(file, dataStart, Map.of(named.getKey(), named.getValue()));
                Tensor stored = required(one.tensors(mapped, memory), named.getKey());
                copies.put(named.getKey(), scope.adopt(copying.of(mapped, named.getKey(), stored)));
            }
        }
        return copies;
    }

    /** A tensor that does not lie at a multiple of its element size, widened to fp32. */
    private Tensor widened(Scope scope, Entry entry, ElementType type) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(entry.end() - entry.begin()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file).position(dataStart + entry.begin())) {
            read(channel, bytes, file);
        }
        bytes.flip();
        float[] numbers = new float[Math.toIntExact(entry.elements())];
        for (int i = 0; i < numbers.length; i++)
            numbers[i] =
                    switch (type) {
                        case F32 -> bytes.getFloat();
                        case F16 -> Float.float16ToFloat(bytes.getShort());
                        case BF16 -> Float.intBitsToFloat(bytes.getShort() << 16);
                    };
        return scope.floats(numbers, entry.shape().stream().mapToLong(n -> n).toArray());
    }

    /** Writes tensors as they lie in memory, in the map's order. */
    public static void write(Path file, Map<String, Tensor> tensors) throws IOException {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        tensors.forEach(
                (name, tensor) -> shapes.put(name, Arrays.stream(tensor.shape()).boxed().toList()));
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            write(channel, ByteBuffer.wrap(header(name -> required(tensors, name).type(), shapes)));
            for (Tensor tensor : tensors.values()) write(channel, tensor);
            channel.force(true);
        }
    }

    /** What stands before the numbers of tensors that follow each other in the map's order. */
    public static byte[] header(ElementType type, Map<String, List<Long>> shapes) {
        return header(_ -> type, shapes);
    }

    private static byte[] header(
            Function<String, ElementType> types, Map<String, List<Long>> shapes) {
        ObjectNode header = Binder.JSON.createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        long begin = 0;
        for (Map.Entry<String, List<Long>> named : shapes.entrySet()) {
            ElementType type = types.apply(named.getKey());
            long end = begin + elements(named.getValue()) * type.bytes();
            ObjectNode entry = header.putObject(named.getKey());
            entry.put("dtype", type.name());
            entry.set("shape", Binder.JSON.valueToTree(named.getValue()));
            entry.putArray("data_offsets").add(begin).add(end);
            begin = end;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer bytes = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(padded).put(json);
        while (bytes.hasRemaining()) bytes.put((byte) ' ');
        return bytes.array();
    }

    private static Map<String, Entry> entries(Path file, String json, long dataBytes) {
        JsonNode header;
        try {
            header = Binder.JSON.readTree(json);
        } catch (JacksonException broken) {
            throw truncated(file, "its header is not valid JSON");
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> named : header.properties()) {
            if (named.getKey().equals("__metadata__")) continue;
            Entry entry = entry(file, named.getKey(), named.getValue());
            if (entry.end() > dataBytes)
                throw truncated(
                        file,
                        "tensor %s ends at byte %d of %d"
                                .formatted(named.getKey(), entry.end(), dataBytes));
            entries.put(named.getKey(), entry);
        }
        refuseOverlaps(file, entries);
        return entries;
    }

    private static void refuseOverlaps(Path file, Map<String, Entry> entries) {
        long taken = 0;
        for (Map.Entry<String, Entry> named :
                entries.entrySet().stream()
                        .sorted(Comparator.comparingLong(entry -> entry.getValue().begin()))
                        .toList()) {
            if (named.getValue().begin() < taken)
                throw truncated(file, "tensor " + named.getKey() + " lies over the one before it");
            taken = named.getValue().end();
        }
    }

    private static Entry entry(Path file, String name, JsonNode json) {
        JsonNode shape = json.path("shape");
        JsonNode offsets = json.path("data_offsets");
        if (!shape.isArray() || offsets.size() != 2)
            throw truncated(file, "tensor " + name + " has no shape or no place");
        List<Long> dimensions = shape.valueStream().map(dimension -> dimension.asLong(-1)).toList();
        Entry entry =
                new Entry(
                        json.path("dtype").asString(""),
                        dimensions,
                        offsets.get(0).asLong(-1),
                        offsets.get(1).asLong(-1));
        ElementType type =
                switch (entry.type()) {
                    case "F32" -> ElementType.F32;
                    case "F16" -> ElementType.F16;
                    case "BF16" -> ElementType.BF16;
                    default ->
                            throw new UnsupportedModel(
                                    "%s: tensor %s has type '%s'; supported are F32, F16, BF16"
                                            .formatted(file.getFileName(), name, entry.type()));
                };
        if (entry.begin() < 0 || entry.end() - entry.begin() != bytes(dimensions, type))
            throw truncated(file, "tensor " + name + " does not fill its place");
        return entry;
    }

    /** -1 where a dimension is negative or the product has no place in 63 bits. */
    private static long bytes(List<Long> shape, ElementType type) {
        if (shape.stream().anyMatch(dimension -> dimension < 0)) return -1;
        try {
            return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
        } catch (ArithmeticException _) {
            return -1;
        }
    }

    private static Tensor required(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    private static long elements(List<Long> shape) {
        return shape.stream().reduce(1L, (a, b) -> a * b);
    }

    private static UnsupportedModel truncated(Path file, String detail) {
        return new UnsupportedModel(
                "%s is truncated or damaged: %s".formatted(file.getFileName(), detail));
    }

    private static void read(FileChannel channel, ByteBuffer into, Path file) throws IOException {
        while (into.hasRemaining())
            if (channel.read(into) < 0) throw truncated(file, "it ends inside its header");
    }

    /** A few megabytes at a time: a copy of a whole embedding would be the run's peak. */
    private static void write(FileChannel channel, Tensor tensor) throws IOException {
        for (long from = 0; from < tensor.elements(); from += NUMBERS_AT_ONCE)
            write(channel, tensor.bytes(from, Math.min(from + NUMBERS_AT_ONCE, tensor.elements())));
    }

    private static void write(FileChannel channel, ByteBuffer from) throws IOException {
        while (from.hasRemaining()) channel.write(from);
    }

    /** The files that hold a directory's weights: one, or those that its index names. */
    public static List<Path> files(Path directory) throws IOException {
        Path index = directory.resolve("model.safetensors.index.json");
        if (!Files.isRegularFile(index)) {
            Path single = directory.resolve("model.safetensors");
            if (!Files.isRegularFile(single))
                throw new UnsupportedModel(
                        "there is neither model.safetensors nor its index in "
                                + directory.getFileName());
            return List.of(single);
        }
        JsonNode map = Binder.JSON.readTree(Files.readString(index)).path("weight_map");
        return map.properties().stream()
                .map(entry -> entry.getValue().asString(""))
                .distinct()
                .sorted()
                .map(directory::resolve)
                .toList();
    }
}
