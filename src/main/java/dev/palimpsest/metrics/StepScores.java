package dev.palimpsest.metrics;

import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.Score.Side;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.evaluation.Task;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Scores of steps out of their tasks' metrics. Those of steps all of whose tasks are scored are
 * kept, so that an experiment of ten thousand steps is read at once; the others the database knows
 * as open (db/migration, V61).
 */
@Component
public class StepScores {
    private static final String KEPT =
            "select * from step_scores where job = any(:jobs) order by job, step";

    private static final String OPEN =
            """
            select o.job, o.step from open_steps o
            where o.job = any(:jobs) and exists (
                select from job_evaluations je where je.job = o.job and je.step = o.step)
            """;

    private static final String KEEP =
            """
            insert into step_scores (job, step,
                learning, learning_kind, learning_bits, learning_stderr, learning_bits_stderr,
                source, source_kind, source_bits, source_stderr, source_bits_stderr)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
            """;

    private final JdbcTemplate template;
    private final JdbcClient database;
    private final Evaluations evaluations;

    StepScores(JdbcTemplate template, Evaluations evaluations) {
        this.template = template;
        this.database = JdbcClient.create(template);
        this.evaluations = evaluations;
    }

    private record Place(String job, long step) {}

    /** In the order of job and step; a step with scores of some tasks only has one side or none. */
    public List<StepScore> of(List<String> jobs, List<Task> learning, List<Task> forgetting) {
        List<Place> open =
                database.sql(OPEN)
                        .param("jobs", jobs.toArray(new String[0]))
                        .query((row, _) -> new Place(row.getString("job"), row.getLong("step")))
                        .list();
        List<StepScore> incomplete =
                open.isEmpty() ? List.of() : computed(open, learning, forgetting);
        List<StepScore> all =
                new ArrayList<>(
                        database.sql(KEPT)
                                .param("jobs", jobs.toArray(new String[0]))
                                .query((row, _) -> score(row))
                                .list());
        all.addAll(incomplete);
        return all;
    }

    /** Keeps what is complete; answers the rest. */
    private List<StepScore> computed(List<Place> open, List<Task> learning, List<Task> forgetting) {
        Map<String, Task> known = new HashMap<>();
        learning.forEach(task -> known.put(task.name(), task));
        forgetting.forEach(task -> known.put(task.name(), task));
        var primaries =
                Primaries.of(
                        evaluations.ofJobs(open.stream().map(Place::job).distinct().toList()),
                        known);
        List<StepScore> incomplete = new ArrayList<>();
        List<Object[]> complete = new ArrayList<>();
        for (Place place : open) {
            var primary =
                    primaries
                            .getOrDefault(place.job(), Map.of())
                            .getOrDefault(place.step(), Map.of());
            Score score = Score.of(learning, forgetting, primary);
            if (primary.keySet().equals(known.keySet())) complete.add(row(place, score));
            else incomplete.add(new StepScore(place.job(), place.step(), score));
        }
        if (!complete.isEmpty()) template.batchUpdate(KEEP, complete);
        return incomplete;
    }

    private static Object[] row(Place place, Score score) {
        List<@Nullable Object> row = new ArrayList<>(List.of(place.job(), place.step()));
        for (Optional<Side> side : List.of(score.learning(), score.source())) {
            row.add(side.map(Side::score).orElse(null));
            row.add(side.map(one -> one.kind().name().toLowerCase(Locale.ROOT)).orElse(null));
            row.add(side.map(Side::bitsPerByte).map(StepScores::boxed).orElse(null));
            row.add(side.map(Side::stderr).map(StepScores::boxed).orElse(null));
            row.add(side.map(Side::bitsStderr).map(StepScores::boxed).orElse(null));
        }
        return row.toArray();
    }

    private static @Nullable Double boxed(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private static StepScore score(ResultSet row) throws SQLException {
        return new StepScore(
                row.getString("job"),
                row.getLong("step"),
                new Score(side(row, "learning"), side(row, "source")));
    }

    private static Optional<Side> side(ResultSet row, String name) throws SQLException {
        String kind = row.getString(name + "_kind");
        if (kind == null) return Optional.empty();
        return Optional.of(
                new Side(
                        ScoreKind.valueOf(kind.toUpperCase(Locale.ROOT)),
                        row.getDouble(name),
                        optional(row, name + "_bits"),
                        optional(row, name + "_stderr"),
                        optional(row, name + "_bits_stderr")));
    }

    private static OptionalDouble optional(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
