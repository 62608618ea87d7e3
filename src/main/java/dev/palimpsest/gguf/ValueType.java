package dev.palimpsest.gguf;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The types of metadata. */
enum ValueType {
    UINT8(0, 1),
    INT8(1, 1),
    UINT16(2, 2),
    INT16(3, 2),
    UINT32(4, 4),
    INT32(5, 4),
    FLOAT32(6, 4),
    BOOL(7, 1),
    STRING(8, 0),
    ARRAY(9, 0),
    UINT64(10, 8),
    INT64(11, 8),
    FLOAT64(12, 8);

    private final int number;
    private final int bytes;

    ValueType(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    static Optional<ValueType> numbered(long number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    int number() {
        return number;
    }

    /** The size of a scalar; a string or an array has none. */
    int bytes() {
        return bytes;
    }

    boolean scalar() {
        return bytes > 0;
    }

    /** A scalar at a place of a buffer. */
    GgufValue read(ByteBuffer from, int at) {
        return switch (this) {
            case UINT8 -> new GgufValue.Whole(from.get(at) & 0xFF);
            case INT8 -> new GgufValue.Whole(from.get(at));
            case UINT16 -> new GgufValue.Whole(from.getShort(at) & 0xFFFF);
            case INT16 -> new GgufValue.Whole(from.getShort(at));
            case UINT32 -> new GgufValue.Whole(from.getInt(at) & 0xFFFF_FFFFL);
            case INT32 -> new GgufValue.Whole(from.getInt(at));
            case UINT64, INT64 -> new GgufValue.Whole(from.getLong(at));
            // the decimal that was meant: 1e-5, not 9.999999747378752e-06
            case FLOAT32 ->
                    new GgufValue.Real(Double.parseDouble(Float.toString(from.getFloat(at))));
            case FLOAT64 -> new GgufValue.Real(from.getDouble(at));
            case BOOL -> new GgufValue.Flag(from.get(at) != 0);
            case STRING, ARRAY -> throw new IllegalArgumentException(this + " is no scalar");
        };
    }
}
