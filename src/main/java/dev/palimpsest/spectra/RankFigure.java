package dev.palimpsest.spectra;

import dev.palimpsest.figures.HeatChart;
import dev.palimpsest.spectra.ExperimentSpectra.OfJob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Draws the heat maps of jobs as the paper's figure 6 tells them: layer by module. */
final class RankFigure {
    private static final int MOST_JOBS = 6;

    private RankFigure() {}

    static HeatChart of(ExperimentSpectra spectra) {
        List<OfJob> all = spectra.data();
        List<OfJob> shown = shown(all);
        return new HeatChart(
                "Rank of the weights' change at 90 % of its squared norm",
                "rank",
                "layer",
                shown.stream().map(RankFigure::panel).toList(),
                shown.size() < all.size()
                        ? "%d of %d jobs, job= chooses".formatted(shown.size(), all.size())
                        : all.isEmpty() ? "none is computed" : "");
    }

    /** The longest run of each method and rank, then what else there is room for. */
    private static List<OfJob> shown(List<OfJob> all) {
        Set<OfJob> shown = new LinkedHashSet<>();
        Set<String> kinds = new HashSet<>();
        List<OfJob> longest =
                all.stream().sorted(Comparator.comparingLong(OfJob::lastStep).reversed()).toList();
        for (OfJob job : longest)
            if (shown.size() < MOST_JOBS && kinds.add(job.method() + job.rank())) shown.add(job);
        for (OfJob job : longest) if (shown.size() < MOST_JOBS) shown.add(job);
        return all.stream().filter(shown::contains).toList();
    }

    private static HeatChart.Panel panel(OfJob job) {
        String rank = job.rank() == null ? "" : ", rank " + job.rank();
        String name = job.name() == null ? job.job() : job.name();
        return new HeatChart.Panel(
                "%s (%s%s, step %d)".formatted(name, job.method(), rank, job.lastStep()),
                job.heatMap().modules().stream().map(RankFigure::row).toList());
    }

    private static HeatChart.Row row(HeatMap.Row row) {
        List<@Nullable Double> cells = new ArrayList<>();
        for (Integer rank : row.rank_90()) cells.add(rank == null ? null : rank.doubleValue());
        return new HeatChart.Row(row.module(), cells);
    }
}
