package dev.palimpsest.overview;

import dev.palimpsest.web.Csv;
import dev.palimpsest.web.Tabular;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An experiment's jobs, the newest first.
 *
 * @param fields of the spec that have different values in them, as {@code method.rank}
 */
record JobTable(List<String> fields, List<Row> data) implements Tabular {
    /**
     * A job.
     *
     * @param values of those fields that its spec has
     * @param loss the newest training loss
     * @param learning of its last scored checkpoint, as is {@code forgetting}
     */
    record Row(
            String job,
            @Nullable String name,
            String status,
            long step,
            @Nullable Long totalSteps,
            long tokens,
            boolean diverged,
            Map<String, JsonNode> values,
            @Nullable Double loss,
            @Nullable Double learning,
            @Nullable Double forgetting,
            Instant createdAt,
            @Nullable Instant endedAt) {}

    /** A line a job. */
    @Override
    public String csv() {
        Csv csv = new Csv();
        List<String> head =
                new ArrayList<>(
                        List.of(
                                "job",
                                "name",
                                "status",
                                "step",
                                "total_steps",
                                "tokens",
                                "diverged"));
        head.addAll(fields);
        head.addAll(List.of("loss", "learning", "forgetting", "created_at", "ended_at"));
        csv.line(head);
        for (Row row : data) {
            List<@Nullable Object> line = new ArrayList<>();
            line.add(row.job());
            line.add(row.name());
            line.add(row.status());
            line.add(row.step());
            line.add(row.totalSteps());
            line.add(row.tokens());
            line.add(row.diverged());
            for (String field : fields) {
                JsonNode value = row.values().get(field);
                line.add(
                        value == null
                                ? null
                                : value.isString() ? value.stringValue() : value.toString());
            }
            line.add(row.loss());
            line.add(row.learning());
            line.add(row.forgetting());
            line.add(row.createdAt());
            line.add(row.endedAt());
            csv.line(line);
        }
        return csv.text();
    }
}
