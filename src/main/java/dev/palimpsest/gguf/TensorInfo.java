package dev.palimpsest.gguf;

import java.util.List;

/**
 * One tensor's place in a file.
 *
 * @param shape rows first, as in a Hugging Face checkpoint
 * @param offset bytes from the start of the file's numbers
 */
record TensorInfo(String name, GgufType type, List<Long> shape, long offset) {
    long elements() {
        return shape.stream().reduce(1L, (a, b) -> a * b);
    }

    long bytes() {
        return type.bytes(elements());
    }

    long end() {
        return offset + bytes();
    }
}
