package dev.palimpsest.metrics;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Series as they are asked for, whole or thinned. */
@Component
class Histories {
    /** Which points are asked for: the keys, all if none is named, and how many of each at most. */
    record Question(List<String> keys, long fromStep, long toStep, OptionalInt mostPoints) {}

    private static final String WHOLE =
            """
            select s.key, p.step, p.value, p.at
            from metric_series s join series_points p on p.series = s.id
            where s.job = :job and (:any or s.key = any(:keys)) and p.step between :from and :to
            order by s.key, p.step
            """;

    /**
     * Of a series that has more points than asked the first, the last, and of each equal part of
     * the steps between them the smallest and the greatest value; NaN is greater than all others,
     * as PostgreSQL has it. A part is read twice from the index alone: once for its extremes, then
     * until they are found, which takes half the time of keeping each one's step beside it.
     */
    private static final String THINNED =
            """
            select s.key, chosen.step, chosen.value, chosen.at
            from metric_series s
            cross join lateral (
                select count(*) <= :most as few from (
                    select from series_points where series = s.id and step between :from and :to limit :most + 1) some) size
            left join lateral (
                select (select step from series_points where series = s.id and step between :from and :to order by step limit 1) as first,
                       (select step from series_points where series = s.id and step between :from and :to order by step desc limit 1) as last
                where not few) ends on true
            cross join lateral (
                select step, value, at from series_points where few and series = s.id and step between :from and :to
                union all
                select step, value, at from series_points where not few and series = s.id and step in (first, last)
                union all
                select p.step, p.value, p.at
                from generate_series(1, (:most - 2) / 2) part
                cross join lateral (
                    select (first + 1 + (last::numeric - first - 1) * (part - 1) / ((:most - 2) / 2))::bigint as opening,
                           (first + 1 + (last::numeric - first - 1) * part / ((:most - 2) / 2))::bigint as closing) bounds
                cross join lateral (
                    select min(value) as least, max(value) as greatest
                    from series_points where series = s.id and step >= opening and step < closing) extremes
                cross join lateral (
                    (select step from series_points where series = s.id and step >= opening and step < closing and value = least limit 1)
                    union
                    (select step from series_points where series = s.id and step >= opening and step < closing and value = greatest limit 1)) place
                join series_points p on p.series = s.id and p.step = place.step
                where not few) chosen
            where s.job = :job and (:any or s.key = any(:keys))
            order by s.key, chosen.step
            """;

    private final JdbcClient database;

    Histories(JdbcClient database) {
        this.database = database;
    }

    List<Series> of(String job, Question question) {
        JdbcClient.StatementSpec asked =
                database.sql(question.mostPoints().isPresent() ? THINNED : WHOLE)
                        .param("job", job)
                        .param("any", question.keys().isEmpty())
                        .param("keys", question.keys().toArray(new String[0]))
                        .param("from", question.fromStep())
                        .param("to", question.toStep());
        question.mostPoints().ifPresent(most -> asked.param("most", (long) most));
        Map<String, List<MetricPoint>> series = new LinkedHashMap<>();
        asked.query(
                row -> {
                    series.computeIfAbsent(row.getString("key"), _ -> new ArrayList<>())
                            .add(point(row));
                });
        return series.entrySet().stream()
                .map(entry -> new Series(entry.getKey(), entry.getValue()))
                .toList();
    }

    static MetricPoint point(ResultSet row) throws SQLException {
        return MetricPoint.of(
                row.getLong("step"), row.getDouble("value"), row.getTimestamp("at").toInstant());
    }
}
