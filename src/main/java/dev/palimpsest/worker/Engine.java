package dev.palimpsest.worker;

import org.springframework.boot.info.BuildProperties;

/** With whose digits something is scored, as far as it matters to which scores are equal. */
final class Engine {
    /** Goes up whenever equal weights and items would be scored differently. */
    private static final int VERSION = 2;

    private Engine() {}

    /** What computes, as a worker tells the pool. */
    static String words(BuildProperties build) {
        return "palimpsest %s, libtorch %s by DJL %s"
                .formatted(build.getVersion(), build.get("libtorch"), build.get("djl"));
    }

    /**
     * The kind of device and the passes' number format count.
     *
     * @param device such as {@code cuda:1}
     */
    static String of(String device, boolean bf16) {
        return "%d %s %s".formatted(VERSION, device.split(":", 2)[0], bf16 ? "bf16" : "fp32");
    }
}
