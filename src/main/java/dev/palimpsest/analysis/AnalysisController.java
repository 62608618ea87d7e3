package dev.palimpsest.analysis;

import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The paper's figures by HTTP. */
@Tag(name = "Analysis", description = "What the numbers mean")
@RestController
class AnalysisController {
    private static final String TRADEOFF =
            """
            {"base": {"learning": 0.05, "source_score": 0.58, "learning_bits_per_byte": 2.1, "source_bits_per_byte": 1.7,
                      "learning_kind": "accuracy", "source_kind": "accuracy"},
             "points": [{"job": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx",
                         "method": "lora", "rank": 16, "step": 200, "tokens": 310000, "kind": "adapter", "duration_kind": "final",
                         "learning": 0.21, "source_score": 0.56, "forgetting": 0.02,
                         "learning_bits_per_byte": 1.2, "source_bits_per_byte": 1.8,
                         "learning_kind": "accuracy", "source_kind": "accuracy", "measured": "here", "on_front": true}],
             "front": ["ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx"]}""";

    private static final String CURVES =
            """
            {"x": "tokens", "grouped_by": ["method.rank", "method.type"],
             "base": {"learning": 0.05, "source_score": 0.58},
             "curves": [{"group": {"method.rank": 16, "method.type": "lora"}, "kind": "final", "points": [
               {"x": 310000, "runs": 3,
                "learning": {"mean": 0.21, "stderr": 0.004, "low": 0.1928, "high": 0.2272, "of": "runs"},
                "source_score": {"mean": 0.56, "stderr": 0.002, "low": 0.5514, "high": 0.5686, "of": "runs"},
                "forgetting": {"mean": 0.02, "stderr": 0.002, "low": 0.0114, "high": 0.0286, "of": "runs"},
                "checkpoints": ["ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx"]}]}]}""";

    private static final String MATCHED =
            """
            {"learning": 0.2, "kind": "final", "grouped_by": ["method.type"],
             "groups": [
               {"group": {"method.type": "full"}, "x": 200000, "forgetting": 0.04, "stderr": 0.004,
                "checkpoints": ["ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx"], "words": "a point of the curve"},
               {"group": {"method.type": "lora"}, "x": 310000, "forgetting": 0.02, "stderr": 0.003,
                "checkpoints": ["ckpt_06dgm0e1xhw4t9s8n1p3q5r7vy", "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vz"],
                "words": "between two points of the curve"}],
             "differences": [
               {"from": {"method.type": "full"}, "to": {"method.type": "lora"}, "value": -0.02, "low": -0.0298, "high": -0.0102,
                "within_noise": false, "words": "forgets less: -0.0200, 95 % interval -0.0298 to -0.0102"}]}""";

    private final Material material;

    AnalysisController(Material material) {
        this.material = material;
    }

    @Operation(
            summary = "Show what was learned against what was forgotten",
            description =
                    "Every scored checkpoint of the experiment's jobs, and which of them none other beats in both. Learning and source score are means of accuracies, or minus bits per byte where a side has only those; the kinds say which. `measured` is external where a score was told by the owner of a job that is trained elsewhere.")
    @Example(response = TRADEOFF)
    @GetMapping("/api/v1/experiments/{id}/tradeoff")
    Tradeoff tradeoff(@PathVariable String id) {
        Material.Scored scored = material.of(id);
        return Tradeoff.of(
                scored.base(),
                scored.points().stream()
                        .map(
                                point ->
                                        new Tradeoff.Scored(
                                                place(point),
                                                point.base(),
                                                point.score(),
                                                Tradeoff.Measured.of(point.told())))
                        .toList());
    }

    @Operation(
            summary = "Show learning and forgetting against duration",
            description =
                    "A curve for all runs that differ in nothing but seed and length, told apart by the fields of the spec that"
                            + " do differ, or by those of group_by. Points at the end of a run (final), on the way or in the trunk"
                            + " of branches (hot), at the end of a branch (cooled) and on its way (cooling) are in curves of"
                            + " their own. Intervals are of 95 %: over runs where there are several, else over the items"
                            + " asked; forgetting's then as if base and checkpoint had been asked different ones.")
    @Example(response = CURVES)
    @GetMapping("/api/v1/experiments/{id}/curves")
    Curves curves(
            @PathVariable String id,
            @Parameter(
                            description = "What a duration is counted in",
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"tokens", "steps", "epochs"}))
                    @RequestParam(defaultValue = "tokens")
                    String x,
            @Parameter(description = "Fields of the spec such as method.rank, comma-separated")
                    @RequestParam(name = "group_by", required = false)
                    @Nullable List<String> groupBy) {
        Material.Scored scored = material.of(id);
        return Curves.of(scored, grouping(scored, groupBy), axis(x));
    }

    @Operation(
            summary = "Show learning and forgetting against duration, as CSV",
            description = "A line a point; columns of what is not there are empty.")
    @Example(response = "\"the lines\"")
    @GetMapping(value = "/api/v1/experiments/{id}/curves.csv", produces = "text/csv;charset=UTF-8")
    String curvesAsCsv(
            @PathVariable String id,
            @RequestParam(defaultValue = "tokens") String x,
            @RequestParam(name = "group_by", required = false) @Nullable List<String> groupBy) {
        return curves(id, x, groupBy).csv();
    }

    @Operation(
            summary = "Compare what is forgotten at equal learning",
            description =
                    "Where each curve first reaches the learning asked for, or else the most that all of them reach: what it has"
                            + " forgotten there, by a straight line between its points, and how that differs from the first curve's."
                            + " A curve that does not reach it says so.")
    @Example(response = MATCHED)
    @GetMapping("/api/v1/experiments/{id}/matched")
    Matched matched(
            @PathVariable String id,
            @Parameter(description = "Which learning score to look at")
                    @RequestParam(required = false)
                    @Nullable Double learning,
            @Parameter(
                            description = "Ends of runs, points on their way, or ends of branches",
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"final", "hot", "cooled"}))
                    @RequestParam(defaultValue = "final")
                    String kind,
            @RequestParam(defaultValue = "tokens") String x,
            @RequestParam(name = "group_by", required = false) @Nullable List<String> groupBy) {
        return Matched.of(curves(id, x, groupBy), kind(kind), learning);
    }

    static Curves.Kind kind(String word) {
        return switch (word) {
            case "final" -> Curves.Kind.FINAL;
            case "hot" -> Curves.Kind.HOT;
            case "cooled" -> Curves.Kind.COOLED;
            default -> throw new BadParameter("kind", "must be one of final, hot, cooled");
        };
    }

    private static Grouping grouping(Material.Scored scored, @Nullable List<String> fields) {
        if (fields == null) return Grouping.of(scored.runs());
        Grouping grouping = Grouping.of(scored.runs(), fields);
        for (String field : fields)
            if (!grouping.has(field))
                throw new BadParameter(
                        "group_by",
                        "names '%s', which no job's spec has; there are %s"
                                .formatted(field, String.join(", ", grouping.known())));
        return grouping;
    }

    static Curves.Axis axis(String word) {
        return switch (word) {
            case "tokens" -> Curves.Axis.TOKENS;
            case "steps" -> Curves.Axis.STEPS;
            case "epochs" -> Curves.Axis.EPOCHS;
            default -> throw new BadParameter("x", "must be one of tokens, steps, epochs");
        };
    }

    private static Tradeoff.Place place(Material.Point point) {
        JsonNode rank = point.run().spec().at("/method/rank");
        return new Tradeoff.Place(
                point.run().job(),
                point.place().checkpoint(),
                point.run().method(),
                rank.isIntegralNumber() ? rank.intValue() : null,
                point.place().step(),
                point.place().tokens(),
                point.place().kind(),
                point.kind());
    }
}
