package dev.palimpsest.metrics;

import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.evaluation.TaskResult;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Every metric of every job; a point that is filed again after a crash is stored once. */
@Component
public class Metrics {
    /** Values measured together at a step. */
    public record Measured(long step, Map<String, Double> values, Instant at) {}

    /** Which points are asked for; as many a key at most, the first and the last among them. */
    public record Question(List<String> keys, long fromStep, long toStep, int mostPoints) {}

    /** A key and its newest point. */
    public record Latest(String key, MetricPoint last) {}

    /** Of the last checkpoint that was scored; null where a side has no score. */
    public record LastScore(long step, @Nullable Double learning, @Nullable Double forgetting) {}

    private static final String FILE =
            "insert into metric_points (job, key, step, value, at) values (?, ?, ?, ?, ?) on conflict do nothing";

    /** What follows from scores changes with them: a score computed here may follow one told. */
    private static final String FILE_SCORE =
            """
            insert into metric_points (job, key, step, value, at) values (?, ?, ?, ?, ?)
            on conflict (job, key, step) do update set value = excluded.value, at = excluded.at
            where metric_points.value is distinct from excluded.value
            """;

    private static final String STANDING =
            """
            select p.key, p.step, p.value from metric_points p
            join unnest(:keys, :steps) as asked (key, step) on asked.key = p.key and asked.step = p.step
            where p.job = :job
            """;

    private static final String COUNT =
            "select count(*) as points, count(distinct key) as keys from metric_points where job = :job";

    private static final String TOKENS_AT =
            """
            select value from metric_points where job = :job and key = 'train/tokens' and step <= :step
            order by step desc limit 1
            """;

    /** Of n points the ones at which the m even parts of the series begin, and the last. */
    private static final String SERIES =
            """
            with chosen as (
                select key, step, value, at,
                       row_number() over (partition by key order by step) - 1 as place,
                       count(*) over (partition by key) as n
                from metric_points
                where job = :job and (:any or key = any(:keys)) and step between :from and :to)
            select key, step, value, at from chosen
            where n <= :most or place = 0
               or place * (:most - 1) / (n - 1) <> (place - 1) * (:most - 1) / (n - 1)
            order by key, step
            """;

    /** Jumps from key to key along the primary key, however many points each has. */
    private static final String KEYS =
            """
            with recursive keys as (
                (select key from metric_points where job = :job order by key limit 1)
                union all
                select (select next.key from metric_points next
                        where next.job = :job and next.key > keys.key order by next.key limit 1)
                from keys where keys.key is not null)
            select keys.key, last.step, last.value, last.at
            from keys cross join lateral (
                select step, value, at from metric_points points
                where points.job = :job and points.key = keys.key order by step desc limit 1) last
            order by keys.key
            """;

    /** At step 0 it is the base model that is scored. */
    private static final String LAST =
            """
            select job, key, step, value
            from unnest(:jobs) as jobs (job) cross join unnest(:keys) as keys (key)
            cross join lateral (
                select step, value from metric_points points
                where points.job = jobs.job and points.key = keys.key and step > 0
                order by step desc limit 1) as last
            """;

    private static final String PACE =
            """
            select percentile_cont(0.5) within group (order by value) from metric_points
            where key = 'train/tokens_per_second' and value < 'Infinity' and job = (
                select id from jobs
                where base_model = :model and method = :method and status = 'succeeded'
                order by ended_at desc limit 1)
            """;

    private final JdbcTemplate template;
    private final JdbcClient database;

    Metrics(JdbcTemplate template) {
        this.template = template;
        this.database = JdbcClient.create(template);
    }

    public void file(String job, List<Measured> measured) {
        file(FILE, job, measured);
    }

    /** What was scored, or follows from scores; in place of what stands there. */
    public void fileScores(String job, List<Measured> measured) {
        file(FILE_SCORE, job, measured);
    }

    /** A point's place in a job's metrics. */
    public record Place(String key, long step) {}

    /** The values at those of the places that have one. */
    public Map<Place, Double> standing(String job, List<Place> places) {
        Map<Place, Double> standing = new HashMap<>();
        database.sql(STANDING)
                .param("job", job)
                .param("keys", places.stream().map(Place::key).toArray(String[]::new))
                .param("steps", places.stream().map(Place::step).toArray(Long[]::new))
                .query(
                        row -> {
                            standing.put(
                                    new Place(row.getString("key"), row.getLong("step")),
                                    row.getDouble("value"));
                        });
        return standing;
    }

    /** How many points a job has, of how many keys. */
    public record Count(long points, long keys) {}

    public Count count(String job) {
        return database.sql(COUNT)
                .param("job", job)
                .query((row, _) -> new Count(row.getLong("points"), row.getLong("keys")))
                .single();
    }

    /** The tokens that a job had trained on by a step, if that was measured. */
    public OptionalLong tokensAt(String job, long step) {
        return database.sql(TOKENS_AT)
                .param("job", job)
                .param("step", step)
                .query((row, _) -> row.getDouble("value"))
                .optional()
                .map(value -> OptionalLong.of(Math.round(value)))
                .orElse(OptionalLong.empty());
    }

    private void file(String statement, String job, List<Measured> measured) {
        List<Object[]> rows = new ArrayList<>();
        for (Measured together : measured)
            together.values()
                    .forEach(
                            (key, value) ->
                                    rows.add(
                                            new Object[] {
                                                job,
                                                key,
                                                together.step(),
                                                value,
                                                Timestamp.from(together.at())
                                            }));
        if (rows.isEmpty()) return;
        template.batchUpdate(statement, rows);
        template.queryForList("select pg_notify('job_changed', ?)", job);
    }

    /** A task's score, whoever computed it. */
    public void file(
            String job, long step, String task, Map<String, Measure> measures, Instant at) {
        Map<String, Double> values = new HashMap<>();
        measures.forEach(
                (metric, measure) -> values.put(TaskResult.key(task, metric), measure.value()));
        fileScores(job, List.of(new Measured(step, values, at)));
    }

    /** The run went back to a step: later ones are measured anew. */
    public void forgetAfter(String job, long step) {
        database.sql("delete from metric_points where job = :job and step > :step")
                .param("job", job)
                .param("step", step)
                .update();
    }

    public List<Series> series(String job, Question question) {
        Map<String, List<MetricPoint>> series = new LinkedHashMap<>();
        database.sql(SERIES)
                .param("job", job)
                .param("any", question.keys().isEmpty())
                .param("keys", question.keys().toArray(new String[0]))
                .param("from", question.fromStep())
                .param("to", question.toStep())
                .param("most", question.mostPoints())
                .query(
                        row -> {
                            series.computeIfAbsent(row.getString("key"), _ -> new ArrayList<>())
                                    .add(
                                            MetricPoint.of(
                                                    row.getLong("step"),
                                                    row.getDouble("value"),
                                                    row.getTimestamp("at").toInstant()));
                        });
        return series.entrySet().stream()
                .map(entry -> new Series(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** A metric's values by step, without those that are no numbers. */
    public SortedMap<Long, Double> finite(String job, String key) {
        SortedMap<Long, Double> values = new TreeMap<>();
        database.sql("select step, value from metric_points where job = :job and key = :key")
                .param("job", job)
                .param("key", key)
                .query(
                        row -> {
                            values.put(row.getLong("step"), row.getDouble("value"));
                        });
        values.values().removeIf(value -> !Double.isFinite(value));
        return values;
    }

    /**
     * The last value of a score's metric in each job that has one, the base model's left out, and
     * what is no number.
     */
    public Map<String, Double> last(List<String> jobs, String key) {
        Map<String, Double> values = new HashMap<>();
        last(jobs, List.of(key))
                .query(
                        row -> {
                            double value = row.getDouble("value");
                            if (Double.isFinite(value)) values.put(row.getString("job"), value);
                        });
        return values;
    }

    private JdbcClient.StatementSpec last(List<String> jobs, List<String> keys) {
        return database.sql(LAST)
                .param("jobs", jobs.toArray(new String[0]))
                .param("keys", keys.toArray(new String[0]));
    }

    /** By job; one without a scored checkpoint is left out. */
    public Map<String, LastScore> lastScores(List<String> jobs) {
        Map<String, LastScore> scores = new HashMap<>();
        last(jobs, List.of("learning", "forgetting"))
                .query(
                        row -> {
                            double read = row.getDouble("value");
                            Double value = Double.isFinite(read) ? read : null;
                            boolean learning = row.getString("key").equals("learning");
                            scores.merge(
                                    row.getString("job"),
                                    new LastScore(
                                            row.getLong("step"),
                                            learning ? value : null,
                                            learning ? null : value),
                                    Metrics::together);
                        });
        return scores;
    }

    /** The two sides of a score, or the later of two that are of different steps. */
    private static LastScore together(LastScore one, LastScore other) {
        if (one.step() != other.step()) return one.step() > other.step() ? one : other;
        return new LastScore(
                one.step(),
                one.learning() == null ? other.learning() : one.learning(),
                one.forgetting() == null ? other.forgetting() : one.forgetting());
    }

    /**
     * How many tokens a second the newest job that succeeded with a base model and a method ({@code
     * full} or {@code lora}) trained on, at the median of its steps.
     */
    public Optional<Double> pace(String baseModel, String method) {
        return database.sql(PACE)
                .param("model", baseModel)
                .param("method", method)
                .query((row, _) -> Optional.ofNullable(row.getObject(1, Double.class)))
                .single();
    }

    /** The keys of a job in their order, each with its newest point. */
    public List<Latest> keys(String job) {
        return database.sql(KEYS)
                .param("job", job)
                .query(
                        (row, _) ->
                                new Latest(
                                        row.getString("key"),
                                        MetricPoint.of(
                                                row.getLong("step"),
                                                row.getDouble("value"),
                                                row.getTimestamp("at").toInstant())))
                .list();
    }
}
