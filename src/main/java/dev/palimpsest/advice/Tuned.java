package dev.palimpsest.advice;

import dev.palimpsest.analysis.Estimate;
import dev.palimpsest.analysis.Estimate.Value;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** A condition at one rate, its runs by seed. */
record Tuned(Condition condition, double rate, Map<Long, Ended> bySeed, Swept swept) {
    Map<Long, Value> values(Measured measured) {
        Map<Long, Value> values = new TreeMap<>();
        bySeed.forEach(
                (seed, run) -> {
                    Value value = run.values().get(measured);
                    if (value != null) values.put(seed, value);
                });
        return values;
    }

    static Value value(Ended run, Measured measured) {
        return Objects.requireNonNull(run.values().get(measured));
    }

    Optional<Estimate> estimate(Measured measured) {
        List<Value> values = List.copyOf(values(measured).values());
        return values.isEmpty() ? Optional.empty() : Optional.of(Estimate.of(values));
    }

    double learning() {
        return bySeed.values().stream()
                .mapToDouble(run -> value(run, Measured.LEARNING).value())
                .average()
                .orElseThrow();
    }

    double tokens() {
        return bySeed.values().stream().mapToLong(Ended::tokens).average().orElseThrow();
    }

    /** How far apart two of one method are in rank and length, each by ratio. */
    double distance(Tuned other) {
        double rank = (1.0 + condition.rank()) / (1.0 + other.condition.rank());
        return Math.abs(Math.log(rank)) + Math.abs(Math.log(tokens() / other.tokens()));
    }

    List<String> jobs() {
        return bySeed.values().stream().map(Ended::job).toList();
    }
}
