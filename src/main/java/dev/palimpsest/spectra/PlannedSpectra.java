package dev.palimpsest.spectra;

import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.CheckpointFiled;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.JobEnded;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.spec.Analysis.At;
import dev.palimpsest.spec.Analysis.SpectrumPlan;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Asks for the spectra that job specs ask for, in the transaction that files the checkpoint or ends
 * the job, wherever it was trained.
 */
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
    void ofEach(CheckpointFiled filed) {
        SpectrumPlan plan = plan(jobs.findById(filed.job()).orElseThrow());
        if (plan == null || plan.at() != At.ALL) return;
        Checkpoint checkpoint = checkpoints.atStep(filed.job(), filed.step()).orElseThrow();
        if (!checkpoint.interim()) ask(checkpoint, plan);
    }

    /** The last one, also where a guard ended the run before its time. */
    @EventListener
    void ofTheLast(JobEnded ended) {
        Job job = jobs.findById(ended.job()).orElseThrow();
        SpectrumPlan plan = plan(job);
        if (plan == null || job.status() != Status.SUCCEEDED) return;
        checkpoints.newestFirst(job.id()).stream()
                .filter(Checkpoint::present)
                .findFirst()
                .ifPresent(last -> ask(last, plan));
    }

    private static @Nullable SpectrumPlan plan(Job job) {
        return job.spec().analysis().spectrum();
    }

    private void ask(Checkpoint checkpoint, SpectrumPlan plan) {
        desk.ask(checkpoint.id(), new SpectraRequest(plan.intruders(), null, plan.modules()));
    }
}
