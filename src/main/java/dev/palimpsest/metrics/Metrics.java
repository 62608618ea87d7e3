package dev.palimpsest.metrics;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.evaluation.TaskResult;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Every metric of every job; a point that is filed again after a crash is stored once. */
@Component
public class Metrics {
    /** Values measured together at a step. */
    public record Measured(long step, Map<String, Double> values, Instant at) {}

    /** A point of one key. */
    public record Reading(String key, long step, double value, Instant at) {}

    /** A key and its newest point. */
    public record Latest(String key, MetricPoint last) {}

    /** Of the last checkpoint that was scored; null where a side has no score. */
    public record LastScore(long step, @Nullable Double learning, @Nullable Double forgetting) {}

    /** What a job has after points were filed, and how many of these it did not have before. */
    public record Filed(long points, long pointsOfJob, long keysOfJob) {}

    private static final String FILE =
            """
            select filed, of_job, series_of_job
            from file_points(:job, :keys, :places, :steps, :values, cast(:times as timestamptz[]))
            """;

    private static final String RENEW =
            """
            select filed, of_job, series_of_job
            from renew_points(:job, :keys, :places, :steps, :values, cast(:times as timestamptz[]))
            """;

    private static final String TELL =
            """
            select tell_points(:job, :step, :tokens, :most_points, :most_keys,
                               :keys, :places, :steps, :values, cast(:times as timestamptz[]))
            """;

    /** What follows from scores changes with them: a score computed here may follow one told. */
    private static final String REPLACE =
            "select replace_points(:job, :keys, :places, :steps, :values, cast(:times as timestamptz[]))";

    private static final String STANDING =
            """
            select s.key, p.step, p.value
            from unnest(:keys, :steps) as asked (key, step)
            join metric_series s on s.job = :job and s.key = asked.key
            cross join lateral points_between(s.id, asked.step, asked.step) p
            """;

    private static final String TOKENS_AT =
            """
            select told.value from metric_series s cross join lateral (
                (select step, value from series_points where series = s.id and step <= :step order by step desc limit 1)
                union all
                (select step, value from (
                    select steps, readings from series_chunks where series = s.id and first <= :step order by first desc limit 1) c
                cross join lateral unnest(c.steps, c.readings) as point (step, value) where step <= :step)) told
            where s.job = :job and s.key = 'train/tokens' order by told.step desc limit 1
            """;

    private static final String KEYS =
            "select key, step, value, at from metric_series where job = :job order by key";

    /** At step 0 it is the base model that is scored. */
    private static final String LAST =
            """
            select job, key, step, value from metric_series
            where job = any(:jobs) and key = any(:keys) and step > 0
            """;

    private static final String PACE =
            """
            select percentile_cont(0.5) within group (order by value) from metric_points
            where key = 'train/tokens_per_second' and value < 'Infinity' and job = (
                select id from jobs
                where base_model = :model and method = :method and status = 'succeeded'
                order by ended_at desc limit 1)
            """;

    private final JdbcClient database;
    private final FileTogether together;
    private final ApplicationEventPublisher published;

    Metrics(JdbcClient database, FileTogether together, ApplicationEventPublisher published) {
        this.database = database;
        this.together = together;
        this.published = published;
    }

    /** What was measured; a point that stands already stays as it is. */
    @CanIgnoreReturnValue
    public Filed file(String job, List<Measured> measured) {
        return file(FILE, job, Columns.of(measured));
    }

    /** The same of points of one key each. */
    public Filed fileReadings(String job, List<Reading> readings) {
        return file(FILE, job, Columns.ofReadings(readings));
    }

    /** What may be measured twice at a step: of those the one of the latest time stands. */
    public Filed fileNewest(String job, List<Reading> readings) {
        return file(RENEW, job, Columns.ofReadings(readings));
    }

    private Filed file(String statement, String job, Columns columns) {
        if (columns.isEmpty()) return new Filed(0, 0, 0);
        Filed filed =
                columns.call(database, statement, job)
                        .query(
                                (row, _) ->
                                        new Filed(row.getLong(1), row.getLong(2), row.getLong(3)))
                        .single();
        published.publishEvent(new PointsFiled(job));
        return filed;
    }

    /** How far a job has come, and what it may have at most. */
    public record Reached(long step, long tokens, long mostPoints, long mostKeys) {}

    /**
     * What the owner of a job that is trained elsewhere says, in one statement: how many of the
     * points are new, or nothing if it may not be said so; thousands a second may, and neither the
     * job nor its experiment is read.
     */
    public OptionalLong tell(String job, Reached reached, List<Reading> readings) {
        if (TransactionSynchronizationManager.isActualTransactionActive())
            return OptionalLong.empty(); // which a refusal here would end
        if (tellAhead(job, reached, readings)) return OptionalLong.of(readings.size());
        OptionalLong filed = tellAlone(job, reached, readings);
        if (filed.isPresent()) published.publishEvent(new PointsFiled(job));
        return filed;
    }

    /**
     * The same where each point comes after all that its series has: whether it was so, and filed
     * with what others tell at this moment.
     */
    public boolean tellAhead(String job, Reached reached, List<Reading> readings) {
        if (TransactionSynchronizationManager.isActualTransactionActive())
            return false; // others do not wait for its end
        boolean filed = together.file(job, reached, readings);
        if (filed) published.publishEvent(new PointsFiled(job));
        return filed;
    }

    private OptionalLong tellAlone(String job, Reached reached, List<Reading> readings) {
        try {
            return Columns.ofReadings(readings)
                    .call(database, TELL, job)
                    .param("step", reached.step())
                    .param("tokens", reached.tokens())
                    .param("most_points", reached.mostPoints())
                    .param("most_keys", reached.mostKeys())
                    .query((row, _) -> Optional.ofNullable(row.getObject(1, Long.class)))
                    .single()
                    .map(OptionalLong::of)
                    .orElse(OptionalLong.empty());
        } catch (DataIntegrityViolationException _) {
            return OptionalLong.empty();
        }
    }

    /** What was scored, or follows from scores; in place of what stands there. */
    public void fileScores(String job, List<Measured> measured) {
        Columns columns = Columns.of(measured);
        if (columns.isEmpty()) return;
        columns.call(database, REPLACE, job).query((_, number) -> number).single();
        published.publishEvent(new PointsFiled(job));
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
        database.sql("select forget_points_after(:job, :step)")
                .param("job", job)
                .param("step", step)
                .query((_, number) -> number)
                .single();
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
                .query((row, _) -> new Latest(row.getString("key"), Histories.point(row)))
                .list();
    }
}
