package dev.palimpsest.analysis;

import dev.palimpsest.figures.Plotter;
import dev.palimpsest.jobs.Runs.Run;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Training;
import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Full finetuning with and without regularisation beside LoRA, by HTTP. */
@Tag(name = "Analysis")
@RestController
class RegularisationController {
    private static final String REGULARISATION =
            """
            {"x": "epochs", "kind": "final",
             "grouped_by": ["method.rank", "method.type", "training.attention_dropout", "training.optimizer.weight_decay"],
             "base": {"learning": 0.05, "source_score": 0.58},
             "arms": [
               {"name": "full",
                "group": {"method.type": "full", "training.attention_dropout": 0.0, "training.optimizer.weight_decay": 0.0},
                "points": [{"x": 2, "runs": 3,
                  "learning": {"mean": 0.21, "stderr": 0.004, "low": 0.1928, "high": 0.2272, "of": "runs"},
                  "source_score": {"mean": 0.5, "stderr": 0.002, "low": 0.4914, "high": 0.5086, "of": "runs"},
                  "forgetting": {"mean": 0.08, "stderr": 0.002, "low": 0.0714, "high": 0.0886, "of": "runs"},
                  "checkpoints": ["ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx"]}],
                "decay": [], "from": null, "comparisons": [], "words": "what the others are compared with"},
               {"name": "full + weight decay 1.0E-4",
                "group": {"method.type": "full", "training.attention_dropout": 0.0, "training.optimizer.weight_decay": 1e-4},
                "points": [],
                "decay": [{"weight_decay": 1e-4, "steps": 1544, "shrinks": 0.075,
                           "words": "fully decoupled as in the paper's LionW: each step takes the decay times the rate's share of its peak; by itself it shrinks weights by 7.50 % over 1544 steps"}],
                "from": {"method.type": "full", "training.attention_dropout": 0.0, "training.optimizer.weight_decay": 0.0},
                "comparisons": [{"x": 2,
                  "learning": {"value": -0.002, "low": -0.026, "high": 0.022, "within_noise": true},
                  "forgetting": {"value": 0.004, "low": -0.008, "high": 0.016, "within_noise": true},
                  "words": "learns like full within noise (-0.0020, 95 % interval -0.0260 to +0.0220), forgets like full within noise (+0.0040, 95 % interval -0.0080 to +0.0160)"}],
                "words": "learns like full within noise (-0.0020, 95 % interval -0.0260 to +0.0220), forgets like full within noise (+0.0040, 95 % interval -0.0080 to +0.0160)"}]}""";

    private final Material material;
    private final Plotter plotter;

    RegularisationController(Material material, Plotter plotter) {
        this.material = material;
        this.plotter = plotter;
    }

    @Operation(
            summary = "Compare LoRA with weight decay and attention dropout",
            description =
                    "Full finetuning plain, with weight decay and with attention dropout beside LoRA, each compared with the plain"
                            + " one at every duration that both have; the words are the longest one's. It is compared with the plain"
                            + " full finetuning that is alike in the most fields. Under decay stands by how much it shrinks weights"
                            + " by itself, and by which convention. As CSV: a line a point of an arm, with what it is less the plain one"
                            + " there.")
    @Example(response = REGULARISATION)
    @GetMapping("/api/v1/experiments/{id}/regularisation")
    Regularisation regularisation(
            @PathVariable String id,
            @Parameter(
                            description = "Ends of runs, or points on their way",
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"final", "hot"}))
                    @RequestParam(defaultValue = "final")
                    String kind,
            @Parameter(
                            description = "What a duration is counted in",
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"tokens", "steps", "epochs"}))
                    @RequestParam(defaultValue = "epochs")
                    String x,
            ScoredBy by) {
        Material.Scored scored = material.of(id, by);
        return Regularisation.of(
                Curves.of(scored, grouping(scored), AnalysisController.axis(x)),
                AnalysisController.kind(kind),
                decays(scored.points()));
    }

    @Operation(
            summary = "Compare LoRA with weight decay and attention dropout",
            description = "As a figure of one side: `y=learning`, `forgetting` or `source_score`.")
    @Example(response = "\"the SVG\"")
    @GetMapping(
            value = "/api/v1/experiments/{id}/regularisation",
            produces = "image/svg+xml;charset=UTF-8")
    String regularisationAsSvg(
            @PathVariable String id,
            @RequestParam(defaultValue = "final") String kind,
            @RequestParam(defaultValue = "epochs") String x,
            @RequestParam(defaultValue = "learning") String y,
            ScoredBy by) {
        Material.Scored scored = material.of(id, by);
        Curves all = Curves.of(scored, grouping(scored), AnalysisController.axis(x));
        Curves.Kind its = AnalysisController.kind(kind);
        Curves shown =
                new Curves(
                        all.x(),
                        all.groupedBy(),
                        all.base(),
                        all.curves().stream().filter(curve -> curve.kind() == its).toList());
        return plotter.svg(new CurveFigures(shown, scored.base()).of(y));
    }

    private static Grouping grouping(Material.Scored scored) {
        Set<String> fields = new TreeSet<>(Grouping.of(scored.runs()).fields());
        fields.addAll(
                List.of(
                        Regularisation.METHOD,
                        Regularisation.RANK,
                        Regularisation.DECAY,
                        Regularisation.DROPOUT));
        return Grouping.of(scored.runs(), List.copyOf(fields));
    }

    /** By checkpoint, of the whole run that it is part of; runs of one recipe are counted once. */
    private static Map<String, List<Shrinkage>> decays(List<Material.Point> points) {
        Map<String, List<Shrinkage>> decays = new HashMap<>();
        Map<String, List<Shrinkage>> known = new HashMap<>();
        for (Material.Point point : points)
            decays.put(
                    point.place().checkpoint(),
                    known.computeIfAbsent(point.run().job(), _ -> decay(point.run())));
        return decays;
    }

    private static List<Shrinkage> decay(Run run) {
        JsonNode decay = run.spec().at("/training/optimizer/weight_decay");
        if (run.totalSteps() == null || decay.asDouble(0) == 0) return new ArrayList<>();
        Training training = Binder.bind(run.spec().get("training"), Training.class);
        return Shrinkage.of(training, run.totalSteps()).stream().toList();
    }
}
