package dev.palimpsest.spectra;

import dev.palimpsest.figures.HeatChart;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Draws the heat maps of jobs as the paper's figure 6 tells them: layer by module. */
final class RankFigure {
    private static final int MOST_JOBS = 6;

    private RankFigure() {}

    static HeatChart of(ExperimentSpectra spectra) {
        List<ExperimentSpectra.OfJob> all = spectra.data();
        List<ExperimentSpectra.OfJob> shown = all.subList(0, Math.min(MOST_JOBS, all.size()));
        String title = "Rank of the weights' change at 90 % of its squared norm";
        return new HeatChart(
                shown.size() < all.size()
                        ? "%s: %d of %d jobs, job= chooses"
                                .formatted(title, shown.size(), all.size())
                        : all.isEmpty() ? title + ": none is computed" : title,
                "rank",
                "layer",
                shown.stream().map(RankFigure::panel).toList());
    }

    private static HeatChart.Panel panel(ExperimentSpectra.OfJob job) {
        String rank = job.rank() == null ? "" : ", rank " + job.rank();
        String name = job.name() == null ? job.job() : job.name();
        return new HeatChart.Panel(
                "%s (%s%s, step %d)"
                        .formatted(name, job.method(), rank, job.checkpoints().getLast().step()),
                job.heatMap().modules().stream().map(RankFigure::row).toList());
    }

    private static HeatChart.Row row(HeatMap.Row row) {
        List<@Nullable Double> cells = new ArrayList<>();
        for (Integer rank : row.rank_90()) cells.add(rank == null ? null : rank.doubleValue());
        return new HeatChart.Row(row.module(), cells);
    }
}
