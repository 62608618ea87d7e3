package dev.palimpsest.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Numbers of an oracle's files, and how far apart two lists of them are. */
final class OracleNumbers {
    private OracleNumbers() {}

    static double largestDifference(float[] ours, float[] theirs) {
        assertThat(ours).hasSameSizeAs(theirs);
        double largest = 0;
        for (int i = 0; i < ours.length; i++)
            largest = Math.max(largest, Math.abs((double) ours[i] - theirs[i]));
        return largest;
    }

    static List<Integer> ints(JsonNode list) {
        return list.valueStream().map(JsonNode::asInt).toList();
    }

    /** Whole numbers of an oracle's input file; models have none, so the engine reads none. */
    record Longs(List<Long> shape, long[] values) {
        static Longs read(Path file, String name) throws IOException {
            try (FileChannel channel = FileChannel.open(file)) {
                var mapped =
                        channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                                .order(ByteOrder.LITTLE_ENDIAN);
                int header = Math.toIntExact(mapped.getLong(0));
                byte[] json = new byte[header];
                mapped.get(8, json);
                JsonNode entry =
                        Binder.JSON.readTree(new String(json, StandardCharsets.UTF_8)).path(name);
                int begin = entry.path("data_offsets").get(0).asInt();
                int end = entry.path("data_offsets").get(1).asInt();
                LongBuffer numbers =
                        mapped.slice(8 + header + begin, end - begin)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .asLongBuffer();
                long[] values = new long[numbers.remaining()];
                numbers.get(values);
                return new Longs(
                        entry.path("shape").valueStream().map(JsonNode::asLong).toList(), values);
            }
        }

        int rows() {
            return shape.getFirst().intValue();
        }

        long[] slice(int step) {
            int size = values.length / rows();
            return Arrays.copyOfRange(values, step * size, (step + 1) * size);
        }
    }
}
