package dev.palimpsest.metrics;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a score depends on; two with equal sums are the same score.
 *
 * @param weights a sum over the model's or the checkpoint's files
 * @param items a sum over the task's items
 */
public record Fingerprint(
        String weights,
        String task,
        int version,
        String items,
        @Nullable Integer limit,
        String engine) {

    public String sum() {
        String all =
                String.join(
                        "\n",
                        weights,
                        task,
                        Integer.toString(version),
                        items,
                        limit == null ? "all" : limit.toString(),
                        engine);
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(all.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
