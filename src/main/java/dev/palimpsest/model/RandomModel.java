package dev.palimpsest.model;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.torch.ElementType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/**
 * An untrained model: norms are one, all else is normal around zero with the config's {@code
 * initializer_range} as deviation, as transformers initialises Llama.
 */
public final class RandomModel {
    private static final int NUMBERS_AT_ONCE = 1 << 14;

    private RandomModel() {}

    /** Writes config.json and model.safetensors (fp32); equal seeds write equal bytes. */
    public static void write(Path folder, JsonNode config, long seed) throws IOException {
        Architecture architecture = Architecture.of(config);
        double deviation = config.path("initializer_range").asDouble(0.02);
        Files.writeString(
                folder.resolve("config.json"),
                Binder.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
        Map<String, List<Long>> shapes = architecture.shapes();
        try (OutputStream out =
                new BufferedOutputStream(
                        Files.newOutputStream(folder.resolve("model.safetensors")), 1 << 16)) {
            out.write(Safetensors.header(ElementType.F32, shapes));
            for (Map.Entry<String, List<Long>> shape : shapes.entrySet())
                write(
                        out,
                        shape.getValue(),
                        shape.getKey().endsWith("norm.weight"),
                        deviation,
                        // the documented generator: the same numbers in every JDK
                        new Random(seed * 31 + shape.getKey().hashCode()));
        }
    }

    private static void write(
            OutputStream out, List<Long> shape, boolean norm, double deviation, Random random)
            throws IOException {
        long left = shape.stream().reduce(1L, (a, b) -> a * b);
        ByteBuffer numbers =
                ByteBuffer.allocate(NUMBERS_AT_ONCE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (left > 0) {
            numbers.clear();
            for (; left > 0 && numbers.hasRemaining(); left--)
                numbers.putFloat(norm ? 1 : (float) (random.nextGaussian() * deviation));
            out.write(numbers.array(), 0, numbers.position());
        }
    }
}
