package dev.palimpsest.gguf;

/** Is told how many of the bytes to write are written. */
@FunctionalInterface
public interface Progress {
    void at(long bytes, long total);
}
