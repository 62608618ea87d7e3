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
public class Histories {
    /** Which points are asked for: the keys, all if none is named, and how many of each at most. */
    public record Question(List<String> keys, long fromStep, long toStep, OptionalInt mostPoints) {}

    private static final String WHOLE =
            """
            select s.key, p.step, p.value, p.at
            from metric_series s cross join lateral points_between(s.id, :from, :to) p
            where s.job = :job and (:any or s.key = any(:keys))
            order by s.key, p.step
            """;

    private static final String THINNED =
            """
            select s.key, p.step, p.value, p.at
            from metric_series s cross join lateral thinned_points(s.id, :from, :to, :most) p
            where s.job = :job and (:any or s.key = any(:keys))
            order by s.key, p.step
            """;

    private final JdbcClient database;

    Histories(JdbcClient database) {
        this.database = database;
    }

    public List<Series> of(String job, Question question) {
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
