package dev.palimpsest.spec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;

/** How the learning rate moves over a run, as a multiple of its peak. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Schedule {
    /**
     * The multiple of the peak rate that step {@code step} of {@code steps} uses, the first step
     * being 0.
     */
    double multiple(long step, long steps);

    /**
     * Linear from 0 over the warm-up, then half a cosine down to {@code floor} times the peak
     * (paper, appendix A); {@code warmup} is a fraction of the run when below 1, else a number of
     * steps.
     */
    @JsonTypeName("cosine")
    record Cosine(@Default("0.1") double warmup, @Default("0.01") double floor)
            implements Schedule {
        public Cosine {
            new Faults()
                    .between(warmup, 0.0, 1e9, "/warmup")
                    .between(floor, 0.0, 1.0, "/floor")
                    .raise();
        }

        @Override
        public double multiple(long step, long steps) {
            long warmupSteps = warmup < 1 ? Math.round(warmup * steps) : (long) warmup;
            if (step < warmupSteps) return (double) step / warmupSteps;
            double done = (double) (step - warmupSteps) / Math.max(1, steps - warmupSteps);
            return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
        }
    }
}
