package dev.palimpsest.jobs;

import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.Datasets;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.model.MemoryPlan;
import dev.palimpsest.projects.Bounds;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.web.Ids;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Takes a spec in once everything it names is there and fits. */
@Component
public class Submission {
    private final Experiments experiments;
    private final Jobs jobs;
    private final References references;
    private final Branches branches;
    private final Models models;
    private final Datasets datasets;
    private final Devices devices;
    private final Bounds bounds;
    private final ApplicationEventPublisher events;
    private final Ids ids;
    private final Clock clock;

    Submission(
            Experiments experiments,
            Jobs jobs,
            References references,
            Branches branches,
            Models models,
            Datasets datasets,
            Devices devices,
            Bounds bounds,
            ApplicationEventPublisher events,
            Ids ids,
            Clock clock) {
        this.experiments = experiments;
        this.jobs = jobs;
        this.references = references;
        this.branches = branches;
        this.models = models;
        this.datasets = datasets;
        this.devices = devices;
        this.bounds = bounds;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
    }

    @Transactional
    public Job of(JobSpec spec) {
        if (!spec.external()) requireQuotas();
        Optional<BaseModel> model = checked(spec);
        return spec.external() ? external(spec, model) : jobs.save(submitted(spec));
    }

    /** The base model is scored at once, as whatever is told of the job is measured against it. */
    private Job external(JobSpec spec, Optional<BaseModel> model) {
        Experiment experiment = experiments.findById(spec.experiment()).orElseThrow();
        Job job =
                jobs.saveAndFlush(
                        Job.external(
                                ids.next("job"),
                                spec.under(experiment.convention()),
                                experiment.baseModel(),
                                model.flatMap(BaseModel::architecture)
                                        .map(
                                                its ->
                                                        MemoryPlan.trainableParameters(
                                                                its, spec.method()))
                                        .orElse(null),
                                clock.instant()));
        if (model.isPresent()) events.publishEvent(new StepToScore(job.id(), 0));
        return job;
    }

    /**
     * A job to be made beside others.
     *
     * @param trunk the place among them of the one that it branches from
     */
    public record Planned(JobSpec spec, @Nullable Integer trunk) {}

    /** The cells of a sweep, in their order; {@link #plan} has found nothing wrong with them. */
    @Transactional
    public void of(String sweep, List<Planned> cells) {
        requireQuotas();
        List<Job> made = new ArrayList<>();
        for (Planned cell : cells) {
            JobSpec spec =
                    cell.trunk() == null
                            ? cell.spec()
                            : cell.spec().branchOf(made.get(cell.trunk()).id());
            made.add(jobs.save(submitted(spec).ofSweep(sweep, made.size())));
        }
    }

    private void requireQuotas() {
        bounds.requireTime();
        bounds.requireRoom(0);
    }

    private Job submitted(JobSpec spec) {
        Experiment experiment = experiments.findById(spec.experiment()).orElseThrow();
        JobSpec whole = spec.under(experiment.convention());
        Optional<Fitting> fitting =
                models.findByName(experiment.baseModel()).flatMap(its -> fitting(its, spec));
        return branches.trunk(spec)
                .map(trunk -> Job.branching(ids.next("job"), whole, trunk, clock.instant()))
                .orElseGet(
                        () ->
                                Job.submitted(
                                        ids.next("job"),
                                        whole,
                                        experiment.baseModel(),
                                        clock.instant()))
                .needing(needs(spec, fitting));
    }

    private static Needs needs(JobSpec spec, Optional<Fitting> fitting) {
        return new Needs(
                spec.resources(),
                fitting.map(Fitting::accelerator).orElse(0L),
                fitting.map(Fitting::processor).orElse(0L));
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
        return plan(spec, checked(spec).orElseThrow(), branches.start(spec));
    }

    /** The same of a branch, its trunk being planned only. */
    @Transactional
    public PlanView plan(JobSpec spec, JobSpec trunk) {
        return plan(spec, checked(spec, Optional.of(trunk)).orElseThrow(), Optional.empty());
    }

    private PlanView plan(JobSpec spec, BaseModel model, Optional<Checkpoint> start) {
        Pool pool = devices.pool();
        Optional<Fitting> fitting = fitting(model, spec);
        Long whole =
                PlanView.steps(spec, datasets.findByName(spec.dataset().train()).orElseThrow());
        Long steps = PlanView.own(spec, whole, start.map(Checkpoint::step));
        return new PlanView(
                steps,
                PlanView.tokensPerStep(spec),
                PlanView.tokens(spec, steps, start.map(Checkpoint::tokens)),
                fitting.map(f -> MemoryPlan.microBatchTokens(f.architecture(), spec.training()))
                        .orElse(null),
                fitting.map(f -> MemoryPlan.trainableParameters(f.architecture(), spec.method()))
                        .orElse(null),
                fitting.map(Fitting::plan).orElse(null),
                pool.room().map(Pool.Room::largest).orElse(null),
                pool.lacks(needs(spec, fitting)).map("waits until "::concat).stream().toList());
    }

    private Optional<BaseModel> checked(JobSpec spec) {
        return checked(spec, Optional.empty());
    }

    /** The base model, which only what is trained elsewhere may do without. */
    private Optional<BaseModel> checked(JobSpec spec, Optional<JobSpec> trunk) {
        Optional<Experiment> experiment = experiments.findAndKeep(spec.experiment());
        references.check(spec, experiment, trunk);
        Optional<BaseModel> model = models.findByName(experiment.orElseThrow().baseModel());
        if (!spec.external())
            devices.pool()
                    .room()
                    .ifPresent(
                            room ->
                                    fitting(model.orElseThrow(), spec)
                                            .ifPresent(fitting -> fitting.require(room)));
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
