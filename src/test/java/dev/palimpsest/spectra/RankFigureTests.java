package dev.palimpsest.spectra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.figures.HeatChart;
import dev.palimpsest.spectra.ExperimentSpectra.OfJob;
import dev.palimpsest.spectra.ExperimentSpectra.Point;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which of many jobs a figure of ranks has room for. */
class RankFigureTests {
    @Test
    void theLongestRunOfEachMethodAndRankIsShownBeforeOthers() {
        List<OfJob> jobs = new ArrayList<>();
        for (long step : List.of(40, 80, 160, 320)) jobs.add(job("full", null, step));
        for (int rank : List.of(1, 4, 16, 64))
            for (long step : List.of(40, 320)) jobs.add(job("lora", rank, step));

        HeatChart figure = RankFigure.of(new ExperimentSpectra(jobs));

        assertThat(figure.panels())
                .extracting(HeatChart.Panel::name)
                .containsExactly(
                        "full null 160 (full, step 160)",
                        "full null 320 (full, step 320)",
                        "lora 1 320 (lora, rank 1, step 320)",
                        "lora 4 320 (lora, rank 4, step 320)",
                        "lora 16 320 (lora, rank 16, step 320)",
                        "lora 64 320 (lora, rank 64, step 320)");
        assertThat(figure.note()).isEqualTo("6 of 12 jobs, job= chooses");
    }

    private static OfJob job(String method, @Nullable Integer rank, long step) {
        String name = "%s %s %d".formatted(method, rank, step);
        Summary summary = new Summary(0, 0, null, List.of());
        return new OfJob(
                "job_" + name.replace(' ', '_'),
                name,
                method,
                rank,
                List.of(new Point("ckpt", step, 1, step, summary)),
                HeatMap.of(List.of()));
    }
}
