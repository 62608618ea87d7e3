package dev.palimpsest.spec;

/** How long a run is. */
public sealed interface Duration {
    record Epochs(double epochs) implements Duration {}

    record Tokens(long tokens) implements Duration {}

    record Steps(long steps) implements Duration {}
}
