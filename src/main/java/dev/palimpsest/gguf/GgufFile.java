package dev.palimpsest.gguf;

import dev.palimpsest.model.UnsupportedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A GGUF file's header: what it says about the model, and where its tensors lie.
 *
 * @param dataStart the byte at which the numbers begin
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the format</a>
 */
record GgufFile(Path path, Metadata metadata, Map<String, TensorInfo> tensors, long dataStart) {
    static final int MAGIC = 0x46554747; // "GGUF"
    static final int STANDARD_ALIGNMENT = 32;
    private static final long MOST_ELEMENTS = 1L << 60;
    private static final int LEAST_ENTRY = 8 + 4 + 1; // a name's length, a type, a byte
    private static final int LEAST_TENSOR = 8 + 4 + 8 + 4 + 8;

    /** Reads and checks the header against the file's size; no numbers are read. */
    static GgufFile open(Path path) throws IOException {
        if (!Files.isRegularFile(path))
            throw new UnsupportedModel("there is no file " + path + " on the service's machine");
        try (FileChannel channel = FileChannel.open(path)) {
            HeaderReader header = new HeaderReader(channel, String.valueOf(path.getFileName()));
            checkVersion(header);
            int tensorCount =
                    header.count(
                            header.signed64("the number of tensors"),
                            LEAST_TENSOR,
                            "the number of tensors");
            int entryCount =
                    header.count(
                            header.signed64("the number of metadata entries"),
                            LEAST_ENTRY,
                            "the number of metadata entries");
            Metadata metadata = new Metadata(entries(header, entryCount));
            Map<String, TensorInfo> tensors = new LinkedHashMap<>();
            for (int i = 0; i < tensorCount; i++) {
                TensorInfo tensor = tensor(header, i);
                if (tensors.put(tensor.name(), tensor) != null)
                    throw header.refusal("tensor %s is there twice".formatted(tensor.name()));
            }
            long alignment = alignment(metadata, header);
            long dataStart = (header.position() + alignment - 1) / alignment * alignment;
            checkPlaces(header, tensors, alignment, channel.size() - dataStart);
            return new GgufFile(path, metadata, tensors, dataStart);
        }
    }

    private static void checkVersion(HeaderReader header) throws IOException {
        if (header.unsigned32("the magic number") != MAGIC)
            throw header.refusal("it does not begin with GGUF");
        long version = header.unsigned32("the version");
        if (version == 2 || version == 3) return;
        if (Integer.reverseBytes((int) version) < 1 << 16)
            throw new UnsupportedModel(
                    "the GGUF file is big-endian; convert the model on a little-endian machine");
        throw new UnsupportedModel(
                "the GGUF file has version %d; supported are 2 and 3".formatted(version));
    }

    private static Map<String, GgufValue> entries(HeaderReader header, int count)
            throws IOException {
        Map<String, GgufValue> entries = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String key = header.text("the name of metadata entry " + i);
            ValueType type = type(header, key);
            if (entries.put(key, value(header, key, type)) != null)
                throw header.refusal("%s is there twice".formatted(key));
        }
        return entries;
    }

    private static GgufValue value(HeaderReader header, String key, ValueType type)
            throws IOException {
        return switch (type) {
            case STRING -> new GgufValue.Text(header.text(key));
            case ARRAY -> array(header, key);
            default -> type.read(header.bytes(type.bytes(), key), 0);
        };
    }

    private static GgufValue array(HeaderReader header, String key) throws IOException {
        ValueType element = type(header, key);
        if (element == ValueType.ARRAY)
            throw new UnsupportedModel(
                    key + " in the GGUF file is an array of arrays; only flat ones are read");
        long given = header.signed64("the length of " + key);
        if (element.scalar()) {
            int count = header.count(given, element.bytes(), "the length of " + key);
            ByteBuffer bytes = header.bytes((long) count * element.bytes(), key);
            return new GgufValue.Scalars(element, bytes);
        }
        int count = header.count(given, Long.BYTES, "the length of " + key);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) texts.add(header.text(key + "[" + i + "]"));
        return new GgufValue.Texts(texts);
    }

    private static ValueType type(HeaderReader header, String key) throws IOException {
        long number = header.unsigned32("the type of " + key);
        return ValueType.numbered(number)
                .orElseThrow(
                        () -> header.refusal("%s has the unknown type %d".formatted(key, number)));
    }

    private static TensorInfo tensor(HeaderReader header, int index) throws IOException {
        String name = header.text("the name of tensor " + index);
        long dimensions = header.unsigned32("the dimensions of tensor " + name);
        if (dimensions < 1 || dimensions > 4)
            throw header.refusal(
                    "tensor %s has %d dimensions, not 1 to 4".formatted(name, dimensions));
        List<Long> shape = new ArrayList<>();
        long elements = 1;
        for (int i = 0; i < dimensions; i++) {
            long size = header.signed64("the shape of tensor " + name);
            if (size < 1 || size > MOST_ELEMENTS / elements)
                throw header.refusal(
                        "dimension %d of tensor %s is %s"
                                .formatted(i, name, Long.toUnsignedString(size)));
            elements *= size;
            shape.addFirst(size); // GGUF's first dimension is the one that runs fastest
        }
        GgufType type = tensorType(header.unsigned32("the type of tensor " + name), name);
        if (shape.getLast() % type.blockLength() != 0)
            throw header.refusal(
                    "tensor %s has rows of %d, which are no blocks of %s"
                            .formatted(name, shape.getLast(), type));
        long offset = header.signed64("the place of tensor " + name);
        return new TensorInfo(name, type, List.copyOf(shape), offset);
    }

    private static GgufType tensorType(long number, String name) {
        return GgufType.numbered(number)
                .orElseThrow(
                        () ->
                                new UnsupportedModel(
                                        "tensor %s of the GGUF file is quantised as %s; supported are %s"
                                                .formatted(
                                                        name,
                                                        GgufType.unread(number),
                                                        List.of(GgufType.values()))));
    }

    private static long alignment(Metadata metadata, HeaderReader header) {
        long alignment =
                metadata.find("general.alignment")
                        .map(_ -> (long) metadata.whole("general.alignment"))
                        .orElse((long) STANDARD_ALIGNMENT);
        if (Long.bitCount(alignment) != 1 || alignment > 1 << 20)
            throw header.refusal(
                    "general.alignment is %d, not a power of two".formatted(alignment));
        return alignment;
    }

    private static void checkPlaces(
            HeaderReader header, Map<String, TensorInfo> tensors, long alignment, long dataBytes) {
        List<TensorInfo> inOrder = new ArrayList<>(tensors.values());
        inOrder.sort(Comparator.comparingLong(TensorInfo::offset));
        long end = 0;
        String before = "";
        for (TensorInfo tensor : inOrder) {
            if (tensor.offset() < 0 || tensor.offset() % alignment != 0)
                throw header.refusal(
                        "tensor %s lies at %s, not at a multiple of %d"
                                .formatted(
                                        tensor.name(),
                                        Long.toUnsignedString(tensor.offset()),
                                        alignment));
            if (tensor.offset() > dataBytes || tensor.bytes() > dataBytes - tensor.offset())
                throw header.refusal(
                        "tensor %s has %,d bytes from %,d on, the file has %,d"
                                .formatted(
                                        tensor.name(),
                                        tensor.bytes(),
                                        tensor.offset(),
                                        Math.max(0, dataBytes)));
            if (tensor.offset() < end)
                throw header.refusal("tensor %s overlaps %s".formatted(tensor.name(), before));
            end = tensor.end();
            before = tensor.name();
        }
    }
}
