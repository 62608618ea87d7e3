package dev.palimpsest.jobs;

import dev.palimpsest.filter.FieldName;
import dev.palimpsest.filter.Filter;
import dev.palimpsest.spec.Binder;
import java.lang.reflect.RecordComponent;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Answers of jobs only what was asked for, and their newest metrics, which they have elsewhere. */
@Component
class ChosenFields {
    private static final String METRICS = "metrics";

    /** Whose rest is one name, whatever is in it. */
    private static final List<String> MAPS = List.of(METRICS, "tags");

    private static final List<String> KNOWN =
            Stream.concat(
                            Arrays.stream(JobView.class.getRecordComponents())
                                    .map(RecordComponent::getName)
                                    .map(Binder::snake),
                            Stream.of(METRICS))
                    .toList();

    /** What a job's row has as it is answered, so that its spec need not be bound. */
    private static final Map<String, String> COLUMNS =
            Map.ofEntries(
                    Map.entry("id", "id"),
                    Map.entry("experiment", "experiment"),
                    Map.entry("name", "name"),
                    Map.entry("origin", "origin"),
                    Map.entry("sweep", "sweep"),
                    Map.entry("cell", "cell"),
                    Map.entry("status", "status"),
                    Map.entry("base_model", "base_model"),
                    Map.entry("trainable_parameters", "trainable_parameters"),
                    Map.entry("peak_bytes", "peak_bytes"),
                    Map.entry("diverged", "diverged"),
                    Map.entry("tags", "tags"),
                    Map.entry(
                            "progress",
                            "jsonb_build_object('step', step, 'total_steps', total_steps, 'tokens', tokens)"),
                    Map.entry("created_at", "created_at"),
                    Map.entry("started_at", "started_at"),
                    Map.entry("ended_at", "ended_at"));

    private static final String NEWEST =
            "select job, key, value from metric_series where job = any(:jobs) and (:all or key = any(:keys))";

    private final Jobs jobs;
    private final JobViews answers;
    private final JdbcClient database;
    private final JsonMapper json;

    ChosenFields(Jobs jobs, JobViews answers, JdbcClient database, JsonMapper json) {
        this.jobs = jobs;
        this.answers = answers;
        this.database = database;
        this.json = json;
    }

    /** What {@code fields} names, as paths into the answer. */
    static List<List<String>> paths(String fields) {
        return JobQuestion.said(
                "fields", () -> Filter.fields(fields).stream().map(ChosenFields::path).toList());
    }

    private static List<String> path(FieldName name) {
        if (!KNOWN.contains(name.first()))
            throw name.refused("is no field here; those are " + String.join(", ", KNOWN));
        return name.parts().size() > 1 && MAPS.contains(name.first())
                ? List.of(name.first(), name.rest())
                : name.parts();
    }

    /** In the order of the ids; a job that has gone meanwhile is left out. */
    List<JsonNode> of(List<String> ids, List<List<String>> paths) {
        Set<String> columns = new TreeSet<>();
        for (List<String> path : paths) columns.add(path.getFirst());
        boolean metricsToo = columns.remove(METRICS);
        Map<String, ObjectNode> wholes =
                COLUMNS.keySet().containsAll(columns) ? rows(ids, columns) : views(ids);
        Map<String, ObjectNode> metrics = metricsToo ? metrics(ids, paths) : Map.of();
        List<JsonNode> answers = new ArrayList<>();
        for (String id : ids) {
            ObjectNode whole = wholes.get(id);
            if (whole == null) continue;
            whole.set(METRICS, metrics.getOrDefault(id, json.createObjectNode()));
            ObjectNode chosen = json.createObjectNode();
            for (List<String> path : paths) copy(whole, path, chosen);
            answers.add(chosen);
        }
        return answers;
    }

    private Map<String, ObjectNode> views(List<String> ids) {
        Map<String, ObjectNode> views = new HashMap<>();
        for (JobView view : answers.of(jobs.findAllById(ids)))
            views.put(view.id(), json.valueToTree(view));
        return views;
    }

    private Map<String, ObjectNode> rows(List<String> ids, Set<String> columns) {
        String selected =
                columns.stream()
                        .map(column -> ", %s as %s".formatted(COLUMNS.get(column), column))
                        .collect(Collectors.joining());
        Map<String, ObjectNode> rows = new HashMap<>();
        database.sql("select id as job%s from jobs where id = any(:ids)".formatted(selected))
                .param("ids", ids.toArray(String[]::new))
                .query(
                        row -> {
                            ObjectNode whole = json.createObjectNode();
                            for (String column : columns)
                                whole.set(column, tree(row.getObject(column)));
                            rows.put(row.getString("job"), whole);
                        });
        return rows;
    }

    /** Most of what a page has is text and numbers, for which no mapper need be asked. */
    private JsonNode tree(@Nullable Object value) {
        JsonNodeFactory nodes = json.getNodeFactory();
        return switch (value) {
            case null -> nodes.nullNode();
            case String text -> nodes.stringNode(text);
            case Long number -> nodes.numberNode(number);
            case Timestamp time -> nodes.stringNode(time.toInstant().toString());
            case PGobject column -> json.readTree(column.getValue());
            default -> json.valueToTree(value);
        };
    }

    private void copy(ObjectNode whole, List<String> path, ObjectNode into) {
        JsonNode from = whole;
        ObjectNode at = into;
        for (String part : path.subList(0, path.size() - 1)) {
            from = from.path(part);
            if (!(at.get(part) instanceof ObjectNode)) at.set(part, json.createObjectNode());
            at = (ObjectNode) at.get(part);
        }
        JsonNode value = from.path(path.getLast());
        at.set(path.getLast(), value.isMissingNode() ? json.getNodeFactory().nullNode() : value);
    }

    private Map<String, ObjectNode> metrics(List<String> ids, List<List<String>> paths) {
        List<List<String>> asked =
                paths.stream().filter(path -> path.getFirst().equals(METRICS)).toList();
        Map<String, ObjectNode> metrics = new HashMap<>();
        database.sql(NEWEST)
                .param("jobs", ids.toArray(String[]::new))
                .param("all", asked.stream().anyMatch(path -> path.size() == 1))
                .param("keys", asked.stream().map(List::getLast).toArray(String[]::new))
                .query(
                        row -> {
                            metrics.computeIfAbsent(
                                            row.getString("job"), _ -> json.createObjectNode())
                                    .put(row.getString("key"), finite(row.getDouble("value")));
                        });
        return metrics;
    }

    /** Null stands for what JSON cannot say, as in a metric's points. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
