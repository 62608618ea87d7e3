package dev.palimpsest.analysis;

import dev.palimpsest.figures.Plotter;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How far samples differ, by HTTP. */
@Tag(name = "Analysis")
@RestController
class DiversityController {
    private static final String DIVERSITY =
            """
            {"grouped_by": ["method.type"], "tasks": [
              {"task": "humaneval_paper",
               "base": {"distinct": {"mean": 41.2, "stderr": 0.9, "low": 39.4, "high": 43.0, "of": "items"},
                        "distinct_passed": {"mean": 3.1, "stderr": 0.6, "low": 1.9, "high": 4.3, "of": "items"},
                        "distinct_failed": {"mean": 38.1, "stderr": 1.1, "low": 35.9, "high": 40.3, "of": "items"},
                        "pass_at": {"1": {"mean": 0.138, "stderr": 0.02, "low": 0.099, "high": 0.177, "of": "items"}}},
               "groups": [
                 {"group": {"method.type": "full"}, "kind": "final", "tokens": 310000.0, "runs": 1,
                  "samples": {"distinct": {"mean": 20.4, "stderr": 1.2, "low": 18.0, "high": 22.8, "of": "items"},
                              "distinct_passed": {"mean": 8.0, "stderr": 0.9, "low": 6.2, "high": 9.8, "of": "items"},
                              "distinct_failed": {"mean": 12.4, "stderr": 1.0, "low": 10.4, "high": 14.4, "of": "items"},
                              "pass_at": {"1": {"mean": 0.302, "stderr": 0.03, "low": 0.243, "high": 0.361, "of": "items"}}},
                  "checkpoints": ["ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx"]}]}]}""";

    private final Material material;
    private final Evaluations evaluations;
    private final Plotter plotter;

    DiversityController(Material material, Evaluations evaluations, Plotter plotter) {
        this.material = material;
        this.evaluations = evaluations;
        this.plotter = plotter;
    }

    @Operation(
            summary = "Show how far samples differ",
            description =
                    "Of each task that draws several samples of a problem, how many are distinct by exact match, among those that pass"
                            + " and those that fail, and the share of problems that one of k samples solves; the base model beside the"
                            + " ends of runs. How many samples are drawn, and at which temperature, the task says: `humaneval_paper`, or"
                            + " one of your own. Intervals are of 95 %, over runs where there are several, else over problems."
                            + " As CSV: a line a measure of the base model and of each group.")
    @Example(response = DIVERSITY)
    @GetMapping("/api/v1/experiments/{id}/diversity")
    Diversity diversity(
            @PathVariable String id,
            @Parameter(description = "Fields of the spec such as method.rank, comma-separated")
                    @RequestParam(name = "group_by", required = false)
                    @Nullable List<String> groupBy) {
        Material.Scored scored = material.of(id, ScoredBy.PRIMARY);
        return Diversity.of(
                scored, AnalysisController.grouping(scored, groupBy), evaluations.sampledOf(id));
    }

    @Operation(
            summary = "Show how far samples differ",
            description = "As a figure of one task, the longest runs of each group.")
    @Example(response = "\"the SVG\"")
    @GetMapping(
            value = "/api/v1/experiments/{id}/diversity",
            produces = "image/svg+xml;charset=UTF-8")
    String diversityAsSvg(
            @PathVariable String id,
            @RequestParam(name = "group_by", required = false) @Nullable List<String> groupBy,
            @Parameter(description = "Which task, where several draw samples")
                    @RequestParam(required = false)
                    @Nullable String task,
            @Parameter(
                            description =
                                    "Of a figure: distinct samples (distinct), or problems solved by one of k (solved)")
                    @RequestParam(defaultValue = "distinct")
                    String y) {
        Diversity diversity = diversity(id, groupBy);
        boolean byK =
                switch (y) {
                    case "distinct" -> false;
                    case "solved" -> true;
                    default -> throw new BadParameter("y", "must be one of distinct, solved");
                };
        return plotter.svg(diversity.chart(asked(diversity, task), byK));
    }

    private static Diversity.Asked asked(Diversity diversity, @Nullable String task) {
        return diversity.tasks().stream()
                .filter(asked -> task == null || asked.task().equals(task))
                .findFirst()
                .orElseThrow(
                        () ->
                                new BadParameter(
                                        "task",
                                        diversity.tasks().isEmpty()
                                                ? "cannot be shown: no task of this experiment has drawn several samples of a problem yet"
                                                : "must be one of "
                                                        + diversity.tasks().stream()
                                                                .map(Diversity.Asked::task)
                                                                .collect(
                                                                        Collectors.joining(", "))));
    }
}
