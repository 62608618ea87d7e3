package dev.palimpsest.overview;

import dev.palimpsest.analysis.Grouping;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Runs;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.metrics.Metrics.LastScore;
import java.sql.Timestamp;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Reads whole lists at once, however long. */
@Component
class Overviews {
    private static final String COUNTS =
            "select experiment, status, count(*) as jobs from jobs where experiment = any(:ids) group by experiment, status";

    /** At step 0 it is the base model that is scored. */
    private static final String BEST =
            """
            select j.experiment, max(p.value) filter (where p.key = 'learning') as learning,
                   min(p.value) filter (where p.key = 'forgetting') as forgetting
            from jobs j join metric_points p on p.job = j.id
            where j.experiment = any(:ids) and p.key in ('learning', 'forgetting') and p.step > 0
              and p.value between '-1e300' and '1e300'
            group by j.experiment
            """;

    private static final String JOBS =
            """
            select id, name, status, step, total_steps, tokens, diverged, created_at, ended_at
            from jobs where experiment = :experiment order by id desc
            """;

    private final JdbcClient database;
    private final Runs runs;
    private final Metrics metrics;

    Overviews(JdbcClient database, Runs runs, Metrics metrics) {
        this.database = database;
        this.runs = runs;
        this.metrics = metrics;
    }

    private record Best(@Nullable Double learning, @Nullable Double forgetting) {}

    List<ExperimentRow> of(List<Experiment> experiments) {
        String[] ids = experiments.stream().map(Experiment::id).toArray(String[]::new);
        Map<String, Map<String, Long>> counts = new HashMap<>();
        database.sql(COUNTS)
                .param("ids", ids)
                .query(
                        row -> {
                            counts.computeIfAbsent(
                                            row.getString("experiment"), _ -> new TreeMap<>())
                                    .put(row.getString("status"), row.getLong("jobs"));
                        });
        Map<String, Best> best = new HashMap<>();
        database.sql(BEST)
                .param("ids", ids)
                .query(
                        row -> {
                            best.put(
                                    row.getString("experiment"),
                                    new Best(
                                            row.getObject("learning", Double.class),
                                            row.getObject("forgetting", Double.class)));
                        });
        return experiments.stream()
                .map(
                        one -> {
                            Best its = best.getOrDefault(one.id(), new Best(null, null));
                            return new ExperimentRow(
                                    one.id(),
                                    one.name(),
                                    one.baseModel(),
                                    counts.getOrDefault(one.id(), Map.of()),
                                    its.learning(),
                                    its.forgetting(),
                                    one.createdAt());
                        })
                .toList();
    }

    JobTable jobs(String experiment) {
        Map<String, Map<String, JsonNode>> specs = Grouping.of(runs.of(experiment)).byJob();
        List<String> fields = differing(specs);
        List<String> ids = List.copyOf(specs.keySet());
        Map<String, Double> losses = metrics.last(ids, "train/loss");
        Map<String, LastScore> scores = metrics.lastScores(ids);
        return new JobTable(
                fields,
                database.sql(JOBS)
                        .param("experiment", experiment)
                        .query(
                                (row, _) -> {
                                    String id = row.getString("id");
                                    LastScore score = scores.get(id);
                                    return new JobTable.Row(
                                            id,
                                            row.getString("name"),
                                            row.getString("status"),
                                            row.getLong("step"),
                                            row.getObject("total_steps", Long.class),
                                            row.getLong("tokens"),
                                            row.getBoolean("diverged"),
                                            only(fields, specs.getOrDefault(id, Map.of())),
                                            losses.get(id),
                                            score == null ? null : score.learning(),
                                            score == null ? null : score.forgetting(),
                                            row.getTimestamp("created_at").toInstant(),
                                            Optional.ofNullable(row.getTimestamp("ended_at"))
                                                    .map(Timestamp::toInstant)
                                                    .orElse(null));
                                })
                        .list());
    }

    private static List<String> differing(Map<String, Map<String, JsonNode>> specs) {
        TreeSet<String> fields = new TreeSet<>();
        specs.values().forEach(spec -> fields.addAll(spec.keySet()));
        fields.removeIf(
                field ->
                        specs.values().stream()
                                        .map(spec -> spec.get(field))
                                        .filter(Objects::nonNull)
                                        .distinct()
                                        .count()
                                < 2);
        return List.copyOf(fields);
    }

    private static Map<String, JsonNode> only(List<String> fields, Map<String, JsonNode> spec) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        for (String field : fields)
            if (spec.containsKey(field)) values.put(field, Objects.requireNonNull(spec.get(field)));
        return values;
    }
}
