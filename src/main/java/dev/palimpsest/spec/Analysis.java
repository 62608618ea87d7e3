package dev.palimpsest.spec;

import org.jspecify.annotations.Nullable;

/** What is to be found out about a job's checkpoints without being asked for. */
public record Analysis(@Nullable SpectrumPlan spectrum) {
    /**
     * Spectra of what finetuning changed.
     *
     * @param at which checkpoints: the last one or every one
     * @param intruders whether the spectra of W and W' and intruder dimensions are wanted too
     */
    public record SpectrumPlan(
            @Default("\"all\"") TargetModules modules,
            @Default("\"end\"") At at,
            @Default("false") boolean intruders) {}

    /** Which of a job's checkpoints. */
    public enum At {
        END,
        ALL
    }
}
