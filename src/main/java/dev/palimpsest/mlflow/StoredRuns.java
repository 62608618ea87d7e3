package dev.palimpsest.mlflow;

import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.mlflow.Answers.Metric;
import dev.palimpsest.mlflow.Answers.Named;
import dev.palimpsest.mlflow.Answers.Run;
import dev.palimpsest.mlflow.Answers.RunData;
import dev.palimpsest.mlflow.Answers.RunInfo;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.web.NotFound;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Jobs as MLflow's runs: params are the spec's values and what was logged, metrics the newest. */
@Component
class StoredRuns {
    private static final String JOBS =
            """
            select id, experiment, name, base_model, status, spec, tags, created_at, ended_at
            from jobs where id = any(:ids)
            """;

    private static final String PARAMS =
            "select job, key, value from run_params where job = any(:ids)";

    private static final String NEWEST =
            "select job, key, step, value, at from metric_series where job = any(:ids) order by key";

    private static final String HISTORY =
            """
            select key, step, value, at from metric_points
            where job = :job and key = :key and step > :after order by step limit :limit
            """;

    private final Jobs jobs;
    private final JdbcClient database;

    StoredRuns(Jobs jobs, JdbcClient database) {
        this.jobs = jobs;
        this.database = database;
    }

    Run run(String id) {
        List<Run> found = runs(List.of(id));
        if (found.isEmpty()) throw missing(id);
        return found.getFirst();
    }

    /** In the order of their ids; one that has gone meanwhile is left out. */
    List<Run> runs(List<String> ids) {
        String[] asked = ids.toArray(String[]::new);
        Map<String, Map<String, String>> params = params(asked);
        Map<String, List<Metric>> metrics = metrics(asked);
        Map<String, Run> runs = new HashMap<>();
        database.sql(JOBS)
                .param("ids", asked)
                .query(
                        row -> {
                            String id = row.getString("id");
                            runs.put(
                                    id,
                                    run(
                                            row,
                                            metrics.getOrDefault(id, List.of()),
                                            params.getOrDefault(id, Map.of())));
                        });
        return ids.stream().map(runs::get).filter(Objects::nonNull).toList();
    }

    /** The points of a metric after a step, in their order. */
    List<Metric> history(String job, String key, long after, int limit) {
        if (!jobs.existsById(job)) throw missing(job);
        return database.sql(HISTORY)
                .param("job", job)
                .param("key", key)
                .param("after", after)
                .param("limit", limit)
                .query((row, _) -> metric(row))
                .list();
    }

    static NotFound missing(String id) {
        return new NotFound("there is no run " + id);
    }

    private static Run run(ResultSet row, List<Metric> metrics, Map<String, String> logged)
            throws SQLException {
        String id = row.getString("id");
        String name = row.getString("name");
        Map<String, String> tags = tags(row.getString("tags"));
        if (name != null) tags.put(RunTags.NAME, name);
        Map<String, String> params = SpecParams.of(Binder.JSON.readTree(row.getString("spec")));
        if (!params.isEmpty()) params.put(SpecParams.BASE_MODEL, row.getString("base_model"));
        params.putAll(logged);
        RunInfo info =
                new RunInfo(
                        id,
                        id,
                        name == null ? id : name,
                        row.getString("experiment"),
                        tags.getOrDefault(RunTags.USER, ""),
                        status(row.getString("status")),
                        row.getTimestamp("created_at").getTime(),
                        milliseconds(row.getTimestamp("ended_at")),
                        "palimpsest:/api/v1/jobs/" + id,
                        Answers.ACTIVE);
        return new Run(info, new RunData(metrics, Named.list(params), Named.list(tags)));
    }

    private static String status(String word) {
        return RunStatus.of(Status.valueOf(word.toUpperCase(Locale.ROOT))).name();
    }

    private static Map<String, String> tags(String json) {
        Map<String, String> tags = new TreeMap<>();
        for (Map.Entry<String, JsonNode> tag : Binder.JSON.readTree(json).properties())
            tags.put(tag.getKey(), tag.getValue().asString());
        return tags;
    }

    private Map<String, Map<String, String>> params(String[] ids) {
        Map<String, Map<String, String>> params = new HashMap<>();
        database.sql(PARAMS)
                .param("ids", ids)
                .query(
                        row -> {
                            params.computeIfAbsent(row.getString("job"), _ -> new HashMap<>())
                                    .put(row.getString("key"), row.getString("value"));
                        });
        return params;
    }

    private Map<String, List<Metric>> metrics(String[] ids) {
        Map<String, List<Metric>> metrics = new HashMap<>();
        database.sql(NEWEST)
                .param("ids", ids)
                .query(
                        row -> {
                            metrics.computeIfAbsent(row.getString("job"), _ -> new ArrayList<>())
                                    .add(metric(row));
                        });
        return metrics;
    }

    private static Metric metric(ResultSet row) throws SQLException {
        return new Metric(
                row.getString("key"),
                row.getDouble("value"),
                row.getTimestamp("at").getTime(),
                row.getLong("step"));
    }

    private static @Nullable Long milliseconds(@Nullable Timestamp time) {
        return time == null ? null : time.getTime();
    }
}
