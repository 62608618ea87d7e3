package dev.palimpsest.metrics;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Points as the database takes them, all in one call (db/migration, V29): each key once, and by
 * column for each point its key's place among them, its step, its value and its time.
 */
record Columns(String[] keys, int[] places, long[] steps, double[] values, String[] times) {
    static Columns of(List<Metrics.Measured> measured) {
        return ofReadings(
                measured.stream()
                        .flatMap(
                                together ->
                                        together.values().entrySet().stream()
                                                .map(
                                                        one ->
                                                                new Metrics.Reading(
                                                                        one.getKey(),
                                                                        together.step(),
                                                                        one.getValue(),
                                                                        together.at())))
                        .toList());
    }

    /** Of two values with one key and step the first. */
    static Columns ofReadings(List<Metrics.Reading> readings) {
        Map<String, Map<Long, Metrics.Reading>> series = new LinkedHashMap<>();
        int count = 0;
        for (Metrics.Reading one : readings)
            if (series.computeIfAbsent(one.key(), _ -> new LinkedHashMap<>())
                            .putIfAbsent(one.step(), one)
                    == null) count++;
        Columns columns =
                new Columns(
                        series.keySet().toArray(new String[0]),
                        new int[count],
                        new long[count],
                        new double[count],
                        new String[count]);
        columns.fill(series);
        return columns;
    }

    private void fill(Map<String, Map<Long, Metrics.Reading>> series) {
        Map<Instant, String> words = new HashMap<>(); // a batch has few times
        int place = 0;
        int i = 0;
        for (Map<Long, Metrics.Reading> its : series.values()) {
            place++; // as PostgreSQL counts
            for (Map.Entry<Long, Metrics.Reading> point : its.entrySet()) {
                places[i] = place;
                steps[i] = point.getKey();
                values[i] = point.getValue().value();
                times[i] = words.computeIfAbsent(point.getValue().at(), Instant::toString);
                i++;
            }
        }
    }

    boolean isEmpty() {
        return keys.length == 0;
    }

    /** A call that takes a job's points. */
    JdbcClient.StatementSpec call(JdbcClient database, String call, String job) {
        return database.sql(call)
                .param("job", job)
                .param("keys", keys)
                .param("places", places)
                .param("steps", steps)
                .param("values", values)
                .param("times", times);
    }
}
