package dev.palimpsest.sweeps;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.metrics.Metrics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A sweep as it is answered.
 *
 * @param statuses how many of its jobs have each status
 */
record SweepView(
        String id,
        String experiment,
        @Nullable String name,
        JsonNode template,
        @Nullable JsonNode grid,
        @Nullable Ladder ladder,
        Map<String, Long> statuses,
        List<CellView> cells,
        Instant createdAt) {

    /**
     * A cell and where its job is.
     *
     * @param part what the job is on its ladder
     * @param waitsFor the trunk without whose success it cannot begin
     * @param score of its last scored checkpoint
     * @param error why it failed, in one sentence
     */
    record CellView(
            int cell,
            String job,
            @Nullable String name,
            Map<String, JsonNode> values,
            Rung.@Nullable Part part,
            Status status,
            @Nullable String waitsFor,
            boolean diverged,
            Metrics.@Nullable LastScore score,
            @Nullable String error) {}

    /** From the sweep's jobs, in the order of its cells. */
    static SweepView of(Sweep sweep, List<Job> jobs, Map<String, Metrics.LastScore> scores) {
        List<Cell> cells = sweep.cells();
        return new SweepView(
                sweep.id(),
                sweep.experiment(),
                sweep.name().orElse(null),
                sweep.template(),
                sweep.grid().orElse(null),
                sweep.ladder().orElse(null),
                StatusCounts.count(jobs),
                jobs.stream()
                        .map(
                                job ->
                                        cell(
                                                job,
                                                cells.get(job.cell().orElseThrow()),
                                                scores.get(job.id())))
                        .toList(),
                sweep.createdAt());
    }

    private static CellView cell(Job job, Cell cell, Metrics.@Nullable LastScore score) {
        return new CellView(
                cell.number(),
                job.id(),
                job.name().orElse(null),
                cell.values(),
                cell.rung() == null ? null : cell.rung().part(),
                job.status(),
                job.waitsFor().map(Job::id).orElse(null),
                job.diverged(),
                score,
                job.errorTitle().orElse(null));
    }
}
