package dev.palimpsest.metrics;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** New points of one series, in the order that they were told in. */
final class Strand {
    final String key;
    private final List<Instant> times = new ArrayList<>();
    private long[] steps = new long[4];
    private double[] values = new double[4];
    private boolean ascending = true;

    private Strand(String key) {
        this.key = key;
    }

    /** By key; nothing if the steps of one do not ascend. */
    static Collection<Strand> of(List<Metrics.Reading> readings) {
        Map<String, Strand> strands = new LinkedHashMap<>();
        for (Metrics.Reading one : readings)
            strands.computeIfAbsent(one.key(), Strand::new).add(one);
        return strands.values().stream().allMatch(strand -> strand.ascending)
                ? strands.values()
                : List.of();
    }

    private void add(Metrics.Reading reading) {
        int count = size();
        if (count == steps.length) {
            steps = Arrays.copyOf(steps, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        ascending &= count == 0 || steps[count - 1] < reading.step();
        steps[count] = reading.step();
        values[count] = reading.value();
        times.add(reading.at());
    }

    int size() {
        return times.size();
    }

    long step(int i) {
        return steps[i];
    }

    double value(int i) {
        return values[i];
    }

    Instant at(int i) {
        return times.get(i);
    }
}
