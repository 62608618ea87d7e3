package dev.palimpsest.telemetry;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Map;

/**
 * One query and the gauges that it answers, a column each.
 *
 * @param labels the columns that tell a gauge's values apart; none of them grows with use
 */
record Reading(String sql, List<String> labels, List<Gauge> gauges) {

    /** A gauge and the column that it is read from; null there is no value. */
    record Gauge(String column, String name, String help) {}

    List<GaugeSnapshot> of(List<Map<String, Object>> rows) {
        return gauges.stream().map(gauge -> of(gauge, rows)).toList();
    }

    private GaugeSnapshot of(Gauge gauge, List<Map<String, Object>> rows) {
        GaugeSnapshot.Builder all = GaugeSnapshot.builder().name(gauge.name()).help(gauge.help());
        for (Map<String, Object> row : rows)
            if (row.get(gauge.column()) instanceof Number value)
                all.dataPoint(
                        GaugeDataPointSnapshot.builder()
                                .labels(labels(row))
                                .value(value.doubleValue())
                                .build());
        return all.build();
    }

    private Labels labels(Map<String, Object> row) {
        return Labels.of(
                labels, labels.stream().map(label -> String.valueOf(row.get(label))).toList());
    }
}
