package dev.palimpsest.metrics;

import dev.palimpsest.spec.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a score depends on; two with equal sums are the same score.
 *
 * @param weights a sum over the model's or the checkpoint's files
 * @param items a sum over the task's items
 * @param protocol the convention and the exemplars
 * @param engine its version, the kind of device and the number format
 */
public record Fingerprint(
        String weights,
        String task,
        int version,
        String items,
        String protocol,
        @Nullable Integer limit,
        String engine) {

    public String sum() {
        return Sha256.of(
                String.join(
                        "\n",
                        weights,
                        task,
                        Integer.toString(version),
                        items,
                        protocol,
                        limit == null ? "all" : limit + " drawn",
                        engine));
    }
}
