package dev.palimpsest.spectra;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** By which rank the runs of an experiment changed the weights, as far as that is computed. */
@Component
public class ChangedRanks {
    private final Computed computed;

    ChangedRanks(Computed computed) {
        this.computed = computed;
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
