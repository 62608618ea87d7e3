package dev.palimpsest.analysis;

import dev.palimpsest.figures.Chart;
import dev.palimpsest.metrics.Evaluations;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Figures of an experiment as the endpoints draw them, for who shows them together. */
@Component
public class ExperimentFigures {
    private final Evaluations evaluations;

    ExperimentFigures(Evaluations evaluations) {
        this.evaluations = evaluations;
    }

    /** For each task that draws several samples: how they differ, and what one of k solves. */
    public List<Chart> samples(String experiment, Material.Scored scored) {
        Diversity diversity =
                Diversity.of(scored, Grouping.of(scored.runs()), evaluations.sampledOf(experiment));
        return diversity.tasks().stream()
                .flatMap(
                        asked ->
                                Stream.of(
                                        diversity.chart(asked, false),
                                        diversity.chart(asked, true)))
                .toList();
    }
}
