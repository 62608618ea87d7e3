package dev.palimpsest.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source into the archive that libtorch loads: a zip of stored entries with the
 * source of one class and a pickle of its one object, whose attributes are the constants.
 */
final class ScriptArchive {
    private static final String CLASS = "Kernels";

    private ScriptArchive() {}

    /** The archive's bytes; {@code constants} may be Integer, Double or Boolean. */
    static byte[] pack(String methods, Map<String, Object> constants) {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "kernels/data.pkl", object(constants));
            store(zip, "kernels/code/__torch__.py", utf8(source(methods, constants)));
            store(zip, "kernels/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            store(zip, "kernels/version", utf8("10\n"));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return archive.toByteArray();
    }

    private static String source(String methods, Map<String, Object> constants) {
        StringBuilder source = new StringBuilder("class " + CLASS + "(Module):\n");
        source.append("  __parameters__ = []\n  __buffers__ = []\n");
        source.append("  training : bool\n  _is_full_backward_hook : Optional[bool]\n");
        constants.forEach(
                (name, value) -> source.append("  %s : %s\n".formatted(name, type(value))));
        source.append(
                methods.lines()
                        .map(line -> line.replaceFirst("(^|\\s)#.*", "").stripTrailing())
                        .filter(line -> !line.isEmpty())
                        .map(line -> "  " + line + "\n")
                        .collect(Collectors.joining()));
        return source.toString();
    }

    private static String type(Object value) {
        return switch (value) {
            case Integer _ -> "int";
            case Double _ -> "float";
            case Boolean _ -> "bool";
            default -> throw new IllegalArgumentException("no constant: " + value);
        };
    }

    /**
     * Pickle protocol 2: an instance of the class, then a dictionary that becomes its attributes.
     */
    private static byte[] object(Map<String, Object> constants) throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(new byte[] {(byte) 0x80, 2});
        pickle.write(utf8("c__torch__\n" + CLASS + "\n"));
        pickle.write(new byte[] {')', (byte) 0x81, '}', '('});
        string(pickle, "training");
        pickle.write(0x89);
        string(pickle, "_is_full_backward_hook");
        pickle.write('N');
        for (Map.Entry<String, Object> constant : constants.entrySet()) {
            string(pickle, constant.getKey());
            pickle.write(value(constant.getValue()));
        }
        pickle.write(new byte[] {'u', 'b', '.'});
        return pickle.toByteArray();
    }

    private static byte[] value(Object value) {
        return switch (value) {
            case Integer number ->
                    ByteBuffer.allocate(5)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .put((byte) 'J')
                            .putInt(number)
                            .array();
            case Double number -> ByteBuffer.allocate(9).put((byte) 'G').putDouble(number).array();
            case Boolean truth -> new byte[] {(byte) (truth ? 0x88 : 0x89)};
            default -> throw new IllegalArgumentException("no constant: " + value);
        };
    }

    private static void string(ByteArrayOutputStream pickle, String text) throws IOException {
        byte[] bytes = utf8(text);
        pickle.write('X');
        pickle.write(
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length).array());
        pickle.write(bytes);
    }

    private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setCrc(checksum.getValue());
        entry.setSize(bytes.length);
        entry.setCompressedSize(bytes.length);
        zip.putNextEntry(entry);
        zip.write(bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
