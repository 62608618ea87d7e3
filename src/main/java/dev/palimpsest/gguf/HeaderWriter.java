package dev.palimpsest.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Collects a file's metadata and tensors, then lays them out as a header of version 3. */
final class HeaderWriter {
    private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
    private final List<TensorInfo> tensors = new ArrayList<>();
    private int entryCount;
    private long dataBytes;

    void text(String key, String value) {
        entry(key, ValueType.STRING);
        string(entries, value);
    }

    void whole(String key, int value) {
        entry(key, ValueType.UINT32);
        number(entries, value, Integer.BYTES);
    }

    void real(String key, double value) {
        entry(key, ValueType.FLOAT32);
        number(entries, Float.floatToRawIntBits((float) value), Float.BYTES);
    }

    void flag(String key, boolean value) {
        entry(key, ValueType.BOOL);
        entries.write(value ? 1 : 0);
    }

    void texts(String key, List<String> values) {
        array(key, ValueType.STRING, values.size());
        for (String value : values) string(entries, value);
    }

    void wholes(String key, List<Integer> values) {
        array(key, ValueType.INT32, values.size());
        for (int value : values) number(entries, value, Integer.BYTES);
    }

    /** The next tensor; its numbers follow those of the one before at a multiple of 32 bytes. */
    void tensor(String name, GgufType type, List<Long> shape) {
        TensorInfo tensor = new TensorInfo(name, type, shape, dataBytes);
        tensors.add(tensor);
        dataBytes = aligned(tensor.end());
    }

    /** Everything that stands before the numbers. */
    byte[] bytes() {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        number(header, GgufFile.MAGIC, Integer.BYTES);
        number(header, 3, Integer.BYTES);
        number(header, tensors.size(), Long.BYTES);
        number(header, entryCount, Long.BYTES);
        header.writeBytes(entries.toByteArray());
        for (TensorInfo tensor : tensors) {
            string(header, tensor.name());
            number(header, tensor.shape().size(), Integer.BYTES);
            for (long size : tensor.shape().reversed()) number(header, size, Long.BYTES);
            number(header, tensor.type().number(), Integer.BYTES);
            number(header, tensor.offset(), Long.BYTES);
        }
        header.writeBytes(padding(header.size()));
        return header.toByteArray();
    }

    /** The numbers' size with what fills them up. */
    long dataBytes() {
        return dataBytes;
    }

    /** What fills a place in the file up to where the next tensor may begin. */
    static byte[] padding(long position) {
        return new byte[(int) (aligned(position) - position)];
    }

    private static long aligned(long position) {
        int alignment = GgufFile.STANDARD_ALIGNMENT;
        return (position + alignment - 1) / alignment * alignment;
    }

    private void entry(String key, ValueType type) {
        entryCount++;
        string(entries, key);
        number(entries, type.number(), Integer.BYTES);
    }

    private void array(String key, ValueType element, int size) {
        entry(key, ValueType.ARRAY);
        number(entries, element.number(), Integer.BYTES);
        number(entries, size, Long.BYTES);
    }

    private static void string(ByteArrayOutputStream into, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(into, bytes.length, Long.BYTES);
        into.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream into, long value, int size) {
        into.write(
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array(),
                0,
                size);
    }
}
