package dev.palimpsest.spectra;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.spec.Method;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The spectra of an experiment's jobs: over training, and layer by module at the end. */
record ExperimentSpectra(List<OfJob> data) {
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

        private static @Nullable Integer rank(Job job) {
            return switch (job.spec().method()) {
                case Method.Full _ -> null;
                case Method.Lora lora -> lora.rank();
            };
        }
    }

    /** One checkpoint's. */
    record Point(String checkpoint, long step, double epoch, long tokens, Summary summary) {}
}
