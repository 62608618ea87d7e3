package dev.palimpsest.gguf;

import java.nio.ByteBuffer;
import java.util.List;

/** A value of a file's metadata. */
sealed interface GgufValue {
    record Text(String value) implements GgufValue {}

    /** A UINT64 above 2^63 shows as a negative number. */
    record Whole(long value) implements GgufValue {}

    record Real(double value) implements GgufValue {}

    record Flag(boolean value) implements GgufValue {}

    record Texts(List<String> values) implements GgufValue {}

    /** An array of scalars, kept as the bytes of the file. */
    record Scalars(ValueType type, ByteBuffer bytes) implements GgufValue {
        int size() {
            return bytes.capacity() / type.bytes();
        }

        GgufValue get(int index) {
            return type.read(bytes, index * type.bytes());
        }
    }
}
