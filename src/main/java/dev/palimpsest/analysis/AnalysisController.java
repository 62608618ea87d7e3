package dev.palimpsest.analysis;

import dev.palimpsest.figures.Plotter;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Csv;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.Outdated;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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
                         "learning": 0.21, "source_score": 0.56, "forgetting": 0.02, "learning_stderr": 0.01, "source_stderr": 0.012,
                         "learning_bits_per_byte": 1.2, "source_bits_per_byte": 1.8,
                         "learning_kind": "accuracy", "source_kind": "accuracy", "measured": "here", "on_front": true, "dominated_by": [], "words": null}],
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

    private static final String AREA =
            """
            {"kind": "final", "grouped_by": ["method.type"],
             "between": [{"from": {"method.type": "full"}, "to": {"method.type": "lora"}, "low": 0.1, "high": 0.2,
                          "area": -0.002, "area_low": -0.003, "area_high": -0.001, "difference": -0.02, "within_noise": false,
                          "words": "forgets less: -0.0200 on average where learning is 0.1000 to 0.2000, 95 % interval -0.0300 to -0.0100"}]}""";

    private static final String BEST =
            """
            {"forgetting_at_most": 0.02, "grouped_by": [],
             "groups": [{"group": {}, "best": {
               "job": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "step": 200,
               "learning": {"mean": 0.21, "stderr": 0.01, "low": 0.1904, "high": 0.2296, "of": "items"},
               "forgetting": {"mean": 0.015, "stderr": 0.004, "low": 0.0072, "high": 0.0228, "of": "items"}},
               "runners_up": [], "words": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx learned most, 0.2100, and forgot 0.0150; of 3 others that forgot at most 0.0200, 0 are within noise of it; its own forgetting may be as high as 0.0228"}]}""";

    private static final String SVG = "image/svg+xml;charset=UTF-8";

    private final Material material;
    private final Plotter plotter;
    private final JsonMapper json;

    AnalysisController(Material material, Plotter plotter, JsonMapper json) {
        this.material = material;
        this.plotter = plotter;
        this.json = json;
    }

    @Operation(
            summary = "Show what was learned against what was forgotten",
            description =
                    "Every scored checkpoint of the experiment's jobs, and which of them none other beats in both. Learning and source score are means of accuracies, or minus bits per byte where a side has only those; the kinds say which. `measured` is external where a score was told by the owner of a job that is trained elsewhere. `dominated_by` names up to three of the front that learned no less and forgot no more, `words` says by how much the nearest did. `format`, or Accept, is json, csv or svg.")
    @Example(response = TRADEOFF)
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(anyOf = {Tradeoff.class, NarrowTradeoff.class})))
    @GetMapping("/api/v1/experiments/{id}/tradeoff")
    Object tradeoff(
            @PathVariable String id,
            @Parameter(
                            description =
                                    "What of each point is answered, such as learning; a point of many is long by its ids")
                    @RequestParam(required = false)
                    @Nullable List<String> fields,
            ScoredBy by) {
        Tradeoff whole = tradeoff(id, by);
        return fields == null ? whole : narrowed(whole, fields);
    }

    /** A trade-off of whose points only some fields were asked for. */
    record NarrowTradeoff(
            Tradeoff.@Nullable Base base, List<Map<String, JsonNode>> points, List<String> front) {}

    private Tradeoff tradeoff(String id, ScoredBy by) {
        Material.Scored scored = material.scoredOf(id, by);
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

    /** Of each point what is asked for. */
    private JsonNode narrowed(Tradeoff whole, List<String> fields) {
        ObjectNode tradeoff = json.valueToTree(whole);
        for (JsonNode point : tradeoff.withArray("points")) {
            for (String field : fields)
                if (!point.has(field))
                    throw new BadParameter(
                            "fields",
                            "names '%s', which no point has; there are %s"
                                    .formatted(field, String.join(", ", point.propertyNames())));
            ((ObjectNode) point).retain(fields);
        }
        return tradeoff;
    }

    @Operation(
            summary = "Show what was learned against what was forgotten",
            description = "As CSV: a line a checkpoint.")
    @Example(response = "\"the lines\"")
    @GetMapping(value = "/api/v1/experiments/{id}/tradeoff", produces = Csv.TYPE)
    String tradeoffAsCsv(@PathVariable String id, ScoredBy by) {
        return tradeoff(id, by).csv();
    }

    @Operation(
            summary = "Show what was learned against what was forgotten",
            description =
                    "As a figure: means over equal runs, joined by duration, with the Pareto front of those means.")
    @Example(response = "\"the SVG\"")
    @GetMapping(value = "/api/v1/experiments/{id}/tradeoff", produces = SVG)
    String tradeoffAsSvg(
            @PathVariable String id,
            @RequestParam(defaultValue = "tokens") String x,
            @RequestParam(name = "group_by", required = false) @Nullable List<String> groupBy,
            ScoredBy by) {
        return plotter.svg(figures(id, x, groupBy, by).tradeoff());
    }

    @Operation(
            summary = "Show learning and forgetting against duration",
            description =
                    "A curve for all runs that differ in nothing but seed and length, told apart by the fields of the spec that"
                            + " do differ, or by those of group_by. Points at the end of a run (final), on the way or in the trunk"
                            + " of branches (hot), at the end of a branch (cooled) and on its way (cooling) are in curves of"
                            + " their own. Intervals are of 95 %: over runs where there are several, else over the items"
                            + " asked; forgetting's then as if base and checkpoint had been asked different ones."
                            + " As CSV: a line a point; columns of what is not there are empty.")
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
                    @Nullable List<String> groupBy,
            ScoredBy by) {
        Material.Scored scored = material.of(id, by);
        return Curves.of(scored, grouping(scored, groupBy), axis(x));
    }

    @Operation(
            summary = "Show learning and forgetting against duration",
            description = "As CSV: a line a point; columns of what is not there are empty.")
    @Outdated(
            since = "2026-11-30",
            until = "2027-05-31",
            instead = "/api/v1/experiments/{id}/curves?format=csv")
    @GetMapping(value = "/api/v1/experiments/{id}/curves.csv", produces = Csv.TYPE)
    Curves curvesAtTheirOldPath(
            @PathVariable String id,
            @RequestParam(defaultValue = "tokens") String x,
            @RequestParam(name = "group_by", required = false) @Nullable List<String> groupBy,
            ScoredBy by) {
        return curves(id, x, groupBy, by);
    }

    @Operation(
            summary = "Show learning and forgetting against duration",
            description = "As a figure of one score against duration.")
    @Example(response = "\"the SVG\"")
    @GetMapping(value = "/api/v1/experiments/{id}/curves", produces = SVG)
    String curvesAsSvg(
            @PathVariable String id,
            @Parameter(description = "Of a figure, its score: learning, forgetting or source_score")
                    @RequestParam(defaultValue = "learning")
                    String y,
            @RequestParam(defaultValue = "tokens") String x,
            @RequestParam(name = "group_by", required = false) @Nullable List<String> groupBy,
            ScoredBy by) {
        return plotter.svg(figures(id, x, groupBy, by).of(y));
    }

    private CurveFigures figures(String id, String x, @Nullable List<String> groupBy, ScoredBy by) {
        Material.Scored scored = material.of(id, by);
        return new CurveFigures(
                Curves.of(scored, grouping(scored, groupBy), axis(x)), scored.base());
    }

    @Operation(
            summary = "Compare what is forgotten at equal learning",
            description =
                    "Where each curve first reaches the learning asked for, or else the most that all of them reach: what it has"
                            + " forgotten there, by a straight line between its points, and how that differs from the first curve's."
                            + " A curve that does not reach it says so. As CSV: a line a curve.")
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
            @RequestParam(name = "group_by", required = false) @Nullable List<String> groupBy,
            ScoredBy by) {
        return Matched.of(curves(id, x, groupBy, by), kind(kind), learning);
    }

    @Operation(
            summary = "Measure the area between curves",
            description =
                    "Forgetting over learning, of each curve against the first one with two points, over the learning that both reach: the area"
                            + " between them and the mean difference, with 95 % intervals by the points' standard errors."
                            + " Points are joined by straight lines in the order of their learning; those that learned the same count as their mean."
                            + " As CSV: a line for each two curves.")
    @Example(response = AREA)
    @GetMapping("/api/v1/experiments/{id}/area")
    Area area(
            @PathVariable String id,
            @RequestParam(defaultValue = "final") String kind,
            @RequestParam(name = "group_by", required = false) @Nullable List<String> groupBy,
            ScoredBy by) {
        return Area.of(curves(id, "tokens", groupBy, by), kind(kind));
    }

    @Operation(
            summary = "Find the best checkpoint that forgot no more than a bound",
            description =
                    "The one that learned most among those whose forgetting is at most forgetting_at_most, of all or of each"
                            + " group, and the others under the bound that are within noise of it."
                            + " As CSV: a line a checkpoint, of each group the best and those within noise of it.")
    @Example(response = BEST)
    @GetMapping("/api/v1/experiments/{id}/best")
    Best best(
            @PathVariable String id,
            @RequestParam(name = "forgetting_at_most") double forgettingAtMost,
            @RequestParam(name = "group_by", required = false) @Nullable List<String> groupBy,
            ScoredBy by) {
        Material.Scored scored = material.of(id, by);
        return Best.of(
                scored,
                groupBy == null ? Grouping.of(scored.runs(), List.of()) : grouping(scored, groupBy),
                forgettingAtMost);
    }

    static Curves.Kind kind(String word) {
        return switch (word) {
            case "final" -> Curves.Kind.FINAL;
            case "hot" -> Curves.Kind.HOT;
            case "cooled" -> Curves.Kind.COOLED;
            default -> throw new BadParameter("kind", "must be one of final, hot, cooled");
        };
    }

    static Grouping grouping(Material.Scored scored, @Nullable List<String> fields) {
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
