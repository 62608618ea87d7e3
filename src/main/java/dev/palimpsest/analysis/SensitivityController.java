package dev.palimpsest.analysis;

import dev.palimpsest.figures.Plotter;
import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Score against learning rate by HTTP. */
@Tag(name = "Analysis")
@RestController
class SensitivityController {
    private static final String SENSITIVITY =
            """
            {"learning_kind": "accuracy",
             "curves": [{"method": "lora", "rank": 16, "optimizer": "adamw", "values": {"method.rank": 16, "method.alpha": 32.0},
                         "points": [{"learning_rate": 1e-3, "learning": 0.21, "standard_error": 0.01, "diverged": 0,
                                     "jobs": [{"job": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "seed": 1, "status": "succeeded",
                                               "diverged": false, "learning": 0.22},
                                              {"job": "job_06dgm0e1xhw4t9s8n1p3q5r7vx", "seed": 2, "status": "succeeded",
                                               "diverged": false, "learning": 0.20}]},
                                    {"learning_rate": 1e-1, "learning": null, "standard_error": null, "diverged": 1,
                                     "jobs": [{"job": "job_06dgm0e1xhw4t9s8n1p3q5r7vy", "seed": 1, "status": "failed",
                                               "diverged": true, "learning": null}]}],
                         "best": {"learning_rate": 1e-3, "learning": 0.21, "at_edge": true}, "near_best": [],
                         "highest_stable": 1e-3, "ratio_to_full": 10.0}]}""";

    private final Sensitivities sensitivities;
    private final Plotter plotter;

    SensitivityController(Sensitivities sensitivities, Plotter plotter) {
        this.sensitivities = sensitivities;
        this.plotter = plotter;
    }

    @Operation(
            summary = "Show how learning depends on the learning rate",
            description =
                    "A curve for each recipe: jobs that are alike but for rate and seed. A point is the mean of the last"
                            + " checkpoints' learning over the jobs that succeeded without diverging, with its standard"
                            + " error over seeds; jobs that diverged are counted beside it, even if they went back and on."
                            + " A job that a guard ended has no learning here: its schedule did not come to its end."
                            + " `near_best` are the other rates within 90 % of the best score, `ratio_to_full` is the best"
                            + " rate over that of the full finetuning that is alike but for the method. `format`, or Accept, is json, csv or svg. As CSV: a line a rate.")
    @Example(response = SENSITIVITY)
    @GetMapping("/api/v1/experiments/{id}/sensitivity")
    Sensitivity sensitivity(@PathVariable String id, ScoredBy by) {
        return sensitivities.of(id, by);
    }

    @Operation(
            summary = "Show how learning depends on the learning rate",
            description = "As a figure.")
    @Example(response = "\"the SVG\"")
    @GetMapping(
            value = "/api/v1/experiments/{id}/sensitivity",
            produces = "image/svg+xml;charset=UTF-8")
    String sensitivityAsSvg(@PathVariable String id, ScoredBy by) {
        return plotter.svg(RateFigure.of(sensitivity(id, by)));
    }
}
