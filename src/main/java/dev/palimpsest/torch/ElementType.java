package dev.palimpsest.torch;

/** Number formats by their safetensors names, with libtorch's codes. */
public enum ElementType {
    F32(6, 4),
    F16(5, 2),
    BF16(15, 2);

    private final long code;
    private final int bytes;

    ElementType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    long code() {
        return code;
    }

    public int bytes() {
        return bytes;
    }
}
