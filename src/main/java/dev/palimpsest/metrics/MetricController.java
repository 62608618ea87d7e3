package dev.palimpsest.metrics;

import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The metrics' HTTP door. */
@Tag(name = "Metrics", description = "What was measured while a job ran")
@RestController
@RequestMapping("/api/v1/jobs/{id}/metrics")
class MetricController {
    private final Metrics metrics;
    private final Histories histories;
    private final Jobs jobs;

    MetricController(Metrics metrics, Histories histories, Jobs jobs) {
        this.metrics = metrics;
        this.histories = histories;
        this.jobs = jobs;
    }

    record SeriesList(List<Series> data) {}

    record KeyList(List<Metrics.Latest> data) {}

    @Operation(
            summary = "Read a job's metrics",
            description =
                    "Series by key, in the order of steps. A value that was NaN or infinite is null. With max_points a series of more points is thinned to"
                            + " that many at most: its first and last, and of each of the equal parts of the steps between them the smallest"
                            + " and the greatest value, the infinities and NaN among them, so that no spike is lost.")
    @Example(
            response =
                    """
                    {"data": [{"key": "train/loss", "points": [
                        {"step": 1, "value": 3.21, "at": "2026-01-01T00:00:03Z"},
                        {"step": 2, "value": null, "at": "2026-01-01T00:00:04Z"}]}]}""")
    @GetMapping
    SeriesList series(
            @PathVariable String id,
            @Parameter(description = "Keys, separated by commas; left out, all")
                    @RequestParam(required = false)
                    @Nullable List<String> keys,
            @RequestParam(name = "from_step", defaultValue = "0") long fromStep,
            @RequestParam(name = "to_step", defaultValue = "9223372036854775807") long toStep,
            @Parameter(schema = @Schema(type = "integer", format = "int32", minimum = "2"))
                    @RequestParam(name = "max_points", required = false)
                    @Nullable Integer mostPoints) {
        jobs.requireThere(id);
        if (mostPoints != null && mostPoints < 2)
            throw new BadParameter("max_points", "must be at least 2, got " + mostPoints);
        return new SeriesList(
                histories.of(
                        id,
                        new Histories.Question(
                                keys == null ? List.of() : keys,
                                fromStep,
                                toStep,
                                mostPoints == null
                                        ? OptionalInt.empty()
                                        : OptionalInt.of(mostPoints))));
    }

    @Operation(summary = "List a job's metric keys", description = "Each with its newest point.")
    @Example(
            response =
                    """
                    {"data": [{"key": "train/loss", "last": {"step": 449, "value": 1.23, "at": "2026-01-01T00:03:00Z"}}]}""")
    @GetMapping("/keys")
    KeyList keys(@PathVariable String id) {
        jobs.requireThere(id);
        return new KeyList(metrics.keys(id));
    }
}
