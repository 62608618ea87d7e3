package dev.palimpsest.spectra;

import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.CheckpointFiled;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.spec.Analysis;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Asks for the spectra that job specs ask for, in the transaction that files the checkpoint. */
@Component
class PlannedSpectra {
    private final SpectraDesk desk;
    private final Jobs jobs;
    private final Checkpoints checkpoints;

    PlannedSpectra(SpectraDesk desk, Jobs jobs, Checkpoints checkpoints) {
        this.desk = desk;
        this.jobs = jobs;
        this.checkpoints = checkpoints;
    }

    /** A checkpoint that is only saved because the run stopped there is not meant. */
    @EventListener
    void ask(CheckpointFiled filed) {
        Analysis.SpectrumPlan plan =
                jobs.findById(filed.job()).orElseThrow().spec().analysis().spectrum();
        if (plan == null || !(filed.last() || plan.at() == Analysis.At.ALL)) return;
        Checkpoint checkpoint = checkpoints.atStep(filed.job(), filed.step()).orElseThrow();
        if (!checkpoint.interim())
            desk.ask(checkpoint.id(), new SpectraRequest(plan.intruders(), null, plan.modules()));
    }
}
