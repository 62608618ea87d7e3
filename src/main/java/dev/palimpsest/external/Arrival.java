package dev.palimpsest.external;

import dev.palimpsest.spec.Faults;

/** Where in its run a checkpoint stands that was made elsewhere. */
record Arrival(long step, double epoch, long tokens) {
    Arrival {
        check(step, epoch, tokens);
    }

    static void check(long step, double epoch, long tokens) {
        new Faults()
                .between(step, 1, 1L << 40, "/step")
                .between(epoch, 0, 1e6, "/epoch")
                .between(tokens, 0, 1L << 50, "/tokens")
                .raise();
    }
}
