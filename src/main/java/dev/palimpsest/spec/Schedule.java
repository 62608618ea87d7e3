package dev.palimpsest.spec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * How the learning rate moves over a run, as a multiple of its peak: linear from 0 over the
 * warm-up, then as the variant says. {@code warmup} and {@code cooldown} are fractions of the run
 * when below 1, else numbers of steps.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Schedule {
    double warmup();

    /**
     * The multiple after the warm-up, {@code step} of {@code steps} counted from the warm-up's end.
     */
    double afterWarmup(long step, long steps);

    /**
     * The multiple of the peak rate that step {@code step} of {@code steps} uses, the first step
     * being 0.
     */
    default double multiple(long step, long steps) {
        long warmupSteps = steps(warmup(), steps);
        if (step < warmupSteps) return (double) step / warmupSteps;
        return afterWarmup(step - warmupSteps, Math.max(1, steps - warmupSteps));
    }

    /**
     * The step after which it falls towards the end of its own run, so that nothing branches off.
     */
    long fallsAfter(long steps);

    /** A fraction of the run, or a number of steps. */
    static long steps(double part, long steps) {
        return part < 1 ? Math.round(part * steps) : (long) part;
    }

    /** Half a cosine down to {@code floor} times the peak (paper, appendix A). */
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
        public double afterWarmup(long step, long steps) {
            double done = Math.min(1, (double) step / steps);
            return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * done));
        }

        @Override
        public long fallsAfter(long steps) {
            return floor < 1 ? Schedule.steps(warmup, steps) : steps;
        }
    }

    /** A straight line down to {@code floor} times the peak. */
    @JsonTypeName("linear")
    record Linear(@Default("0.1") double warmup, @Default("0.0") double floor) implements Schedule {
        public Linear {
            new Faults()
                    .between(warmup, 0.0, 1e9, "/warmup")
                    .between(floor, 0.0, 1.0, "/floor")
                    .raise();
        }

        @Override
        public double afterWarmup(long step, long steps) {
            return floor + (1 - floor) * Math.max(0, 1 - (double) step / steps);
        }

        @Override
        public long fallsAfter(long steps) {
            return floor < 1 ? Schedule.steps(warmup, steps) : steps;
        }
    }

    /** The peak, to the end. */
    @JsonTypeName("constant")
    record Constant(@Default("0.0") double warmup) implements Schedule {
        public Constant {
            new Faults().between(warmup, 0.0, 1e9, "/warmup").raise();
        }

        @Override
        public double afterWarmup(long step, long steps) {
            return 1;
        }

        @Override
        public long fallsAfter(long steps) {
            return steps;
        }
    }

    /**
     * {@code floor} + (1 - {@code floor}) / sqrt(1 + step / {@code scale}), then over the cooldown
     * a straight line to {@code end} times the value there; with floor 1 the paper's trapezoid
     * (appendix A; llm-foundry's InverseSquareRootWithWarmupScheduler).
     *
     * @param scale in steps
     */
    @JsonTypeName("inverse_square_root")
    record InverseSquareRoot(
            @Default("1000") double warmup,
            @Default("1000") double scale,
            @Default("0.2") double cooldown,
            @Default("0.0") double floor,
            @Default("0.0") double end)
            implements Schedule {
        public InverseSquareRoot {
            new Faults()
                    .between(warmup, 0.0, 1e9, "/warmup")
                    .require(scale > 0 && scale <= 1e12, "/scale", "must be above 0, got " + scale)
                    .between(cooldown, 0.0, 1e9, "/cooldown")
                    .between(floor, 0.0, 1.0, "/floor")
                    .between(end, 0.0, 1.0, "/end")
                    .raise();
        }

        @Override
        public double multiple(long step, long steps) {
            long warmupSteps = Schedule.steps(warmup, steps);
            if (step < warmupSteps) return (double) step / warmupSteps;
            long falling = fallsAfter(steps);
            long cooldownSteps = steps - falling;
            if (step < falling) return afterWarmup(step - warmupSteps, steps);
            double top = afterWarmup(falling - warmupSteps, steps);
            double left = (double) (steps - step) / Math.max(1, cooldownSteps);
            return top * (end + (1 - end) * Math.max(0, left));
        }

        @Override
        public double afterWarmup(long step, long steps) {
            return floor + (1 - floor) / Math.sqrt(1 + step / scale);
        }

        @Override
        public long fallsAfter(long steps) {
            long warmupSteps = Schedule.steps(warmup, steps);
            return steps - Math.min(Schedule.steps(cooldown, steps), steps - warmupSteps);
        }
    }
}
