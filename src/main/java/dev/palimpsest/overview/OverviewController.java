package dev.palimpsest.overview;

import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The lists' HTTP door. */
@Tag(name = "Experiments")
@RestController
@RequestMapping("/api/v1/experiments")
class OverviewController {
    private static final String ROW =
            """
            {"id": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "LoRA against full on GSM8K", "base_model": "palimpsest-mini",
             "jobs": {"running": 1, "succeeded": 7}, "best_learning": 0.21, "least_forgetting": 0.004, "created_at": "2026-01-01T00:00:00Z"}""";

    private final Overviews overviews;
    private final Experiments experiments;

    OverviewController(Overviews overviews, Experiments experiments) {
        this.overviews = overviews;
        this.experiments = experiments;
    }

    @Operation(
            summary = "List experiments and how far they are",
            description =
                    "The newest first, each with its jobs by status, the highest learning score of a checkpoint and the lowest forgetting.")
    @Example(
            response =
                    "{\"data\": ["
                            + ROW
                            + "], \"has_more\": false, \"last_id\": \"exp_06dgm0e1xhw4t9s8n1p3q5r7vw\"}")
    @GetMapping("/overview")
    Page<ExperimentRow> list(@ParameterObject Paging paging) {
        Page<Experiment> page = experiments.page(paging);
        List<ExperimentRow> rows = overviews.of(page.data());
        return new Page<>(rows, page.hasMore(), page.lastId());
    }

    @Operation(
            summary = "List an experiment's jobs as a table",
            description =
                    "All of them, the newest first: status, progress, newest loss, last scores, and of their specs the fields in which they differ. `format`, or Accept, is json or csv. As CSV: a line a job.")
    @Example(
            response =
                    """
                    {"fields": ["method.rank", "method.type"], "data": [
                      {"job": "job_06dgm0e1xhw4t9s8n1p3q5r7vy", "name": "lora-r16", "status": "running", "step": 40, "total_steps": 200, "tokens": 163840,
                       "diverged": false, "values": {"method.rank": 16, "method.type": "lora"}, "loss": 2.31, "learning": null, "forgetting": null,
                       "created_at": "2026-01-01T00:00:00Z", "ended_at": null}]}""")
    @GetMapping("/{id}/jobs")
    JobTable jobs(@PathVariable String id) {
        return overviews.jobs(experiments.named(id).id());
    }
}
