package dev.palimpsest.analysis;

import dev.palimpsest.figures.Figure;
import java.util.List;
import org.springframework.stereotype.Component;

/** The figures of an experiment as the endpoints draw them, for who shows them together. */
@Component
public class ExperimentFigures {
    private final Material material;
    private final Sensitivities sensitivities;

    ExperimentFigures(Material material, Sensitivities sensitivities) {
        this.material = material;
        this.sensitivities = sensitivities;
    }

    /** Learning, forgetting and source score against tokens, the trade-off, and the rates. */
    public List<Figure> of(String experiment) {
        Material.Scored scored = material.of(experiment);
        CurveFigures curves =
                new CurveFigures(
                        Curves.of(scored, Grouping.of(scored.runs()), Curves.Axis.TOKENS),
                        scored.base());
        return List.of(
                curves.learning(),
                curves.forgetting(),
                curves.sourceScore(),
                curves.tradeoff(),
                RateFigure.of(sensitivities.of(experiment)));
    }
}
