package dev.palimpsest.openai;

import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.metrics.Histories;
import dev.palimpsest.metrics.Series;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** A job's checkpoints with what was measured at them. */
@Component
class FineTuningCheckpoints {
    private static final String TIMES = "select id, created_at from checkpoints where job = :job";

    private final Checkpoints checkpoints;
    private final Histories histories;
    private final JdbcClient database;

    FineTuningCheckpoints(Checkpoints checkpoints, Histories histories, JdbcClient database) {
        this.checkpoints = checkpoints;
        this.histories = histories;
        this.database = database;
    }

    /** The newest first. */
    List<FineTuningCheckpoint> page(Job job, String after, int limit) {
        Map<String, Instant> times = times(job.id());
        String last = after.replaceFirst("^ft", "");
        return checkpoints.newestFirst(job.id()).stream()
                .filter(Checkpoint::present)
                .dropWhile(checkpoint -> !last.isEmpty() && !checkpoint.id().equals(last))
                .filter(checkpoint -> !checkpoint.id().equals(last))
                .limit(limit)
                .map(
                        checkpoint ->
                                FineTuningCheckpoint.of(
                                        job,
                                        checkpoint,
                                        times.getOrDefault(checkpoint.id(), job.createdAt()),
                                        measured(job.id(), checkpoint.step())))
                .toList();
    }

    private Map<String, Instant> times(String job) {
        Map<String, Instant> times = new HashMap<>();
        database.sql(TIMES)
                .param("job", job)
                .query(
                        row -> {
                            times.put(
                                    row.getString("id"),
                                    row.getTimestamp("created_at").toInstant());
                        });
        return times;
    }

    /** Under the names that clients know, other metrics under their own. */
    private Map<String, Double> measured(String job, long step) {
        Map<String, Double> measured = new LinkedHashMap<>();
        measured.put("step", (double) step);
        for (Series series :
                histories.of(
                        job, new Histories.Question(List.of(), step, step, OptionalInt.empty()))) {
            Double value = series.points().getFirst().value();
            if (value == null) continue;
            switch (series.key()) {
                case "train/loss" -> measured.put("train_loss", value);
                case "validation/loss" -> {
                    measured.put("valid_loss", value);
                    measured.put("full_valid_loss", value); // all of it is measured each time
                }
                default -> {
                    if (!series.key().startsWith("train/"))
                        measured.put(series.key().replace('/', '_'), value);
                }
            }
        }
        return measured;
    }
}
