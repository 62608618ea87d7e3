package dev.palimpsest.spectra;

import dev.palimpsest.figures.HeatChart;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** By which rank the runs of an experiment changed the weights, as far as that is computed. */
@Component
public class ChangedRanks {
    private final Computed computed;
    private final Jobs jobs;

    ChangedRanks(Computed computed, Jobs jobs) {
        this.computed = computed;
        this.jobs = jobs;
    }

    /** Layer by module, of the last checkpoints that have spectra; none where no job has any. */
    public Optional<HeatChart> figure(String experiment) {
        ExperimentSpectra spectra = spectra(experiment);
        return spectra.data().isEmpty() ? Optional.empty() : Optional.of(RankFigure.of(spectra));
    }

    ExperimentSpectra spectra(String experiment) {
        Map<String, List<Computed.Row>> rows =
                computed.of(experiment).stream().collect(Collectors.groupingBy(Computed.Row::job));
        List<ExperimentSpectra.OfJob> data = new ArrayList<>();
        for (Job job : jobs.findByExperimentOrderById(experiment)) {
            List<Computed.Row> its = rows.getOrDefault(job.id(), List.of());
            if (!its.isEmpty()) data.add(ExperimentSpectra.OfJob.of(job, its));
        }
        return new ExperimentSpectra(data);
    }

    /**
     * A checkpoint's change.
     *
     * @param rankAt90 by module the rank at 90 % of the change, the median over layers
     */
    public record Changed(
            String job,
            String checkpoint,
            long step,
            int suggestedRank,
            Map<String, Integer> rankAt90) {}

    /** By job and step. */
    public List<Changed> of(String experiment) {
        return computed.of(experiment).stream()
                .map(row -> changed(row.job(), row.point()))
                .toList();
    }

    private static Changed changed(String job, ExperimentSpectra.Point point) {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        for (Summary.Medians module : point.summary().modules())
            ranks.put(module.module(), module.rank_90());
        return new Changed(
                job, point.checkpoint(), point.step(), point.summary().suggestedRank(), ranks);
    }
}
