package dev.palimpsest.spectra;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.spec.Method;
import dev.palimpsest.web.Csv;
import dev.palimpsest.web.Tabular;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The spectra of an experiment's jobs: over training, and layer by module at the end. */
record ExperimentSpectra(List<OfJob> data) implements Tabular {
    /**
     * One job's.
     *
     * @param rank LoRA's
     * @param heatMap of the last checkpoint that has spectra
     */
    record OfJob(
            String job,
            @Nullable String name,
            String method,
            @Nullable Integer rank,
            List<Point> checkpoints,
            HeatMap heatMap) {
        static OfJob of(Job job, List<Computed.Row> rows) {
            return new OfJob(
                    job.id(),
                    job.name().orElse(null),
                    job.method(),
                    rank(job),
                    rows.stream().map(Computed.Row::point).toList(),
                    Objects.requireNonNull(rows.getLast().heatMap()));
        }

        /** Of the last checkpoint that has spectra. */
        long lastStep() {
            return checkpoints.getLast().step();
        }

        private static @Nullable Integer rank(Job job) {
            return switch (job.spec().method()) {
                case Method.Full _ -> null;
                case Method.Lora lora -> lora.rank();
            };
        }
    }

    /** One checkpoint's. */
    record Point(String checkpoint, long step, double epoch, long tokens, Summary summary) {}

    /** A line a matrix of the jobs' last checkpoints. */
    @Override
    public String csv() {
        Csv csv = new Csv();
        csv.line(
                List.of(
                        "job",
                        "name",
                        "method",
                        "rank",
                        "checkpoint",
                        "step",
                        "module",
                        "layer",
                        "rank_90"));
        for (OfJob job : data)
            for (HeatMap.Row row : job.heatMap().modules())
                for (int layer = 0; layer < row.rank_90().size(); layer++) {
                    Point last = job.checkpoints().getLast();
                    List<@Nullable Object> line = new ArrayList<>();
                    line.add(job.job());
                    line.add(job.name());
                    line.add(job.method());
                    line.add(job.rank());
                    line.add(last.checkpoint());
                    line.add(last.step());
                    line.add(row.module());
                    line.add(layer);
                    line.add(row.rank_90().get(layer));
                    csv.line(line);
                }
        return csv.text();
    }

    /** Of one job only. */
    ExperimentSpectra of(String job) {
        return new ExperimentSpectra(data.stream().filter(one -> one.job().equals(job)).toList());
    }
}
