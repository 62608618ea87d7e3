package dev.palimpsest.jobs;

import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.Datasets;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.model.MemoryPlan;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.web.Ids;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Takes a spec in once everything it names is there and fits. */
@Component
public class Submission {
    private final Experiments experiments;
    private final Jobs jobs;
    private final References references;
    private final Models models;
    private final Datasets datasets;
    private final Devices devices;
    private final ApplicationEventPublisher events;
    private final Ids ids;
    private final Clock clock;

    Submission(
            Experiments experiments,
            Jobs jobs,
            References references,
            Models models,
            Datasets datasets,
            Devices devices,
            ApplicationEventPublisher events,
            Ids ids,
            Clock clock) {
        this.experiments = experiments;
        this.jobs = jobs;
        this.references = references;
        this.models = models;
        this.datasets = datasets;
        this.devices = devices;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
    }

    @Transactional
    public Job of(JobSpec spec) {
        BaseModel model = checked(spec);
        return spec.external() ? external(spec, model) : jobs.save(submitted(spec));
    }

    /** The base model is scored at once, as whatever is told of the job is measured against it. */
    private Job external(JobSpec spec, BaseModel model) {
        Experiment experiment = experiments.findById(spec.experiment()).orElseThrow();
        Job job =
                jobs.saveAndFlush(
                        Job.external(
                                ids.next("job"),
                                spec.under(experiment.convention()),
                                experiment.baseModel(),
                                model.architecture()
                                        .map(
                                                its ->
                                                        MemoryPlan.trainableParameters(
                                                                its, spec.method()))
                                        .orElse(null),
                                clock.instant()));
        events.publishEvent(new StepToScore(job.id(), 0));
        return job;
    }

    /** The cells of a sweep, in their order; {@link #plan} has found nothing wrong with them. */
    @Transactional
    public void of(String sweep, List<JobSpec> cells) {
        for (int i = 0; i < cells.size(); i++) jobs.save(submitted(cells.get(i)).ofSweep(sweep, i));
    }

    private Job submitted(JobSpec spec) {
        Experiment experiment = experiments.findById(spec.experiment()).orElseThrow();
        return Job.submitted(
                ids.next("job"),
                spec.under(experiment.convention()),
                experiment.baseModel(),
                clock.instant());
    }

    /** What would be done, once everything is there and fits; nothing is stored. */
    @Transactional
    public PlanView plan(JobSpec spec) {
        new Faults()
                .require(
                        !spec.external(),
                        "/executor",
                        "is external: there is nothing to plan for training that happens elsewhere, submit the job")
                .raise();
        Optional<Fitting> fitting = fitting(checked(spec), spec);
        Long steps =
                PlanView.steps(spec, datasets.findByName(spec.dataset().train()).orElseThrow());
        return new PlanView(
                steps,
                PlanView.tokensPerStep(spec),
                PlanView.tokens(spec, steps),
                fitting.map(f -> MemoryPlan.microBatchTokens(f.architecture(), spec.training()))
                        .orElse(null),
                fitting.map(f -> MemoryPlan.trainableParameters(f.architecture(), spec.method()))
                        .orElse(null),
                fitting.map(Fitting::plan).orElse(null),
                devices.room().map(Devices.Room::largest).orElse(null));
    }

    private BaseModel checked(JobSpec spec) {
        Optional<Experiment> experiment = experiments.findAndKeep(spec.experiment());
        references.check(spec, experiment);
        BaseModel model = models.findByName(experiment.orElseThrow().baseModel()).orElseThrow();
        if (spec.external()) return model;
        devices.room()
                .ifPresent(
                        room -> fitting(model, spec).ifPresent(fitting -> fitting.require(room)));
        return model;
    }

    private static Optional<Fitting> fitting(BaseModel model, JobSpec spec) {
        return model.architecture()
                .map(
                        architecture ->
                                new Fitting(
                                        architecture,
                                        model.bytesOfANumber(),
                                        spec.method(),
                                        spec.training()));
    }
}
